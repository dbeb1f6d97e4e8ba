import { setTimeout as wait } from 'node:timers/promises'
import type { Connection } from './keep-alive.ts'
import { tolerate } from './tolerance.ts'

/** Sends over every connection as fast as answers come, for `seconds`; says how many answers came. */
export const flatOut = async (connections: readonly Connection[], seconds: number): Promise<number> => {
  const end = performance.now() + seconds * 1000
  let right = 0
  const wrong: unknown[] = []
  const work = async (connection: Connection): Promise<void> => {
    while (performance.now() < end) {
      await connection.send().then(
        () => right++,
        (error: unknown) => wrong.push(error),
      )
    }
  }
  await Promise.all(connections.map(work))
  tolerate('load without a pause', wrong.length, right, wrong[0])
  return right
}

/** A connection whose every request goes to the other server than the one before. */
export const inTurn = (one: Connection, other: Connection): Connection => {
  let turn = false
  return {
    send: () => {
      turn = !turn
      return (turn ? one : other).send()
    },
    close: () => {
      one.close()
      other.close()
    },
  }
}

/**
 * Sends `perSecond` requests for `seconds`, whatever the answers take, and returns their milliseconds in ascending
 * order. A request that finds no free connection is counted from when it was due.
 */
export const atRate = async (
  connections: readonly Connection[],
  perSecond: number,
  seconds: number,
): Promise<readonly number[]> => {
  const free = [...connections]
  const due: number[] = []
  const taken: number[] = []
  const wrong: unknown[] = []
  const use = (connection: Connection, since: number): void => {
    const next = (): void => {
      const waiting = due.shift()
      if (waiting === undefined) free.push(connection)
      else use(connection, waiting)
    }
    connection
      .send()
      .then(
        () => taken.push(performance.now() - since),
        (error: unknown) => wrong.push(error),
      )
      .then(next)
  }
  const start = performance.now()
  const total = Math.round(perSecond * seconds)
  for (let sent = 0; sent < total; ) {
    const now = performance.now()
    for (; sent < total && start + (sent * 1000) / perSecond <= now; sent++) {
      // The one that has rested longest, so that all of them are used.
      const connection = free.shift()
      if (connection) use(connection, now)
      else due.push(now)
    }
    await wait(1)
  }
  const patience = performance.now() + 5000
  while (taken.length + wrong.length < total && performance.now() < patience) await wait(5)
  tolerate(`${Math.round(perSecond)} requests/s`, total - taken.length, taken.length, wrong[0])
  return taken.sort((a, b) => a - b)
}
