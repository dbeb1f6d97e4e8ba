import { randomUUID } from 'node:crypto'
import { maxStops, type Stop, type StopStore } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { stopsKey } from './registry-key.ts'
import { byId, tooManyStops } from './stop-order.ts'
import { listStopsScript, putStopScript, removeStopScript, restoreStopsScript } from './stop-scripts.ts'

/** How stops are kept in Redis. */
export interface RedisStopStoreOptions {
  /** Hears when Redis has lost stops that this process knew, which are in force again. */
  onError(error: Error): void
  /** Absent means `maxStops`. */
  readonly most?: number
}

/**
 * Stops in Redis, for any number of replicas; a list that has not changed costs one short answer. They never expire.
 *
 * Every process remembers what it has listed: where Redis has lost it (flushed, evicted, started anew without its data), the
 * first that looks writes it again, and the others add what they knew beyond that. One that was taken back right after a
 * loss may so come back once. Where all replicas start again at once on a Redis that was emptied, the stops are gone.
 */
export const redisStopStore = ({ run }: RedisConnection, options: RedisStopStoreOptions): StopStore => {
  const { onError, most = maxStops } = options
  const known = new Map<string, Stop>()
  // Of the hash that `known` was read from; empty while none was seen.
  let mark = ''

  const call = (script: Parameters<typeof run>[0], ...args: (string | number)[]): Promise<unknown> =>
    run(script, [stopsKey], args)

  /** Every stop with the mark that they have; undefined where that is the one that is known. */
  const fetch = async (tries = 10): Promise<Marked | undefined> => {
    const stops: Stop[] = []
    let first: string | undefined
    for (let from = 0, total = 1; from < total; from += atOnce) {
      const reply = await call(listStopsScript, mark, from, atOnce)
      const [found, count, ids, texts] = Array.isArray(reply) ? (reply as unknown[]) : []
      if (typeof found !== 'string') throw unknownAnswer()
      if (count === undefined) return undefined
      if (typeof count !== 'number') throw unknownAnswer()
      first ??= found
      // Others change the stops meanwhile: what was read does not go with the rest.
      if (found !== first) {
        if (tries > 1) return fetch(tries - 1)
        throw new Error('the stops in Redis change faster than they can be read')
      }
      stops.push(...stopsIn(ids, texts))
      total = count
    }
    return { mark: first ?? '', stops }
  }

  const read = async (): Promise<'read' | 'lost'> => {
    const found = await fetch()
    if (!found) return 'read'
    if (mark !== '' && nameOf(found.mark) !== nameOf(mark) && known.size > 0) return 'lost'
    known.clear()
    for (const stop of found.stops) known.set(stop.id, stop)
    mark = found.mark
    return 'read'
  }

  const restore = async (): Promise<void> => {
    const stops = [...known.values()]
    for (let from = 0; from < stops.length; from += atOnce) {
      const some = stops.slice(from, from + atOnce)
      await call(restoreStopsScript, randomUUID(), ...some.flatMap((stop) => [stop.id, JSON.stringify(stop)]))
    }
    mark = ''
    onError(
      new Error(`Redis has lost what operators stopped; the ${stops.length} known here were written again`),
    )
  }

  const list = async (): Promise<readonly Stop[]> => {
    if ((await read()) === 'lost') {
      await restore()
      await read()
    }
    return [...known.values()].sort(byId)
  }

  return {
    list,
    async put(stop) {
      const name = await call(putStopScript, randomUUID(), most, stop.id, JSON.stringify(stop))
      if (name === null) throw tooManyStops(most)
      if (typeof name !== 'string') throw unknownAnswer()
      // Known from now on, should Redis lose it before it is listed.
      known.set(stop.id, stop)
      if (mark === '') mark = `${name} 0`
    },
    async remove(id) {
      // One that Redis has lost is in force all the same, and is to be written before it can be taken back.
      await list()
      const removed = await call(removeStopScript, randomUUID(), id)
      if (removed !== 0 && removed !== 1) throw unknownAnswer()
      known.delete(id)
      return removed === 1
    },
  }
}

interface Marked {
  readonly mark: string
  readonly stops: readonly Stop[]
}

/** Stops that are read or written in one step: a few hundred kilobytes, and so well within the time of a command. */
const atOnce = 500

const nameOf = (mark: string): string => mark.slice(0, mark.indexOf(' '))

/** The stops of fields of the hash; throws for what cannot be understood, because it must not be left out. */
const stopsIn = (ids: unknown, texts: unknown): Stop[] => {
  if (!Array.isArray(ids) || !Array.isArray(texts)) throw unknownAnswer()
  return (ids as unknown[]).flatMap((id, i) => {
    if (id === '~') return []
    const text: unknown = texts[i]
    const stop = typeof text === 'string' ? (JSON.parse(text) as Stop) : undefined
    if (!stop || stop.id !== id || !kinds.includes(stop.kind)) throw unknownAnswer()
    return [stop]
  })
}

const kinds: readonly string[] = ['writes', 'tool', 'tenant', 'principal'] satisfies Stop['kind'][]

const unknownAnswer = (): Error => new Error('the stops in Redis cannot be understood')
