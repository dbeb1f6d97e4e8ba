import type { Measured } from '@gateway/domain'
import type { Command, Redis } from 'ioredis'
import { circuitBreaker } from './circuit-breaker.ts'
import { isStoreAway, StoreAwayError } from './store-away.ts'

/** How long a command may take. */
const commandTimeoutMs = 100

/** What ioredis sends itself to make a connection, and to end it: never kept back, or there would be none again. */
const ofConnection: ReadonlySet<string> = new Set(['hello', 'auth', 'select', 'client', 'info', 'quit'])

/**
 * Bounds every command: it is answered or rejected within 100 ms. While nothing is answered it is rejected at once, by the
 * circuit breaker, or because an answer before its own is overdue: those of one connection come in the order of their commands.
 */
export const guardCommands = (client: Redis, measured: Measured): void => {
  const breaker = circuitBreaker({
    now: () => performance.now(),
    onChange: (state) => measured({ of: 'redis-breaker', state }),
  })
  let overdue: Command | undefined
  client.on('ready', () => {
    overdue = undefined
    breaker.halfOpen()
  })
  client.on('close', () => {
    overdue = undefined
  })

  const becomeOverdue = (command: Command): void => {
    command.reject(new StoreAwayError('Command timed out'))
    overdue = command
    const answered = (): void => {
      if (overdue === command) overdue = undefined
    }
    // Who waited for it has been told; what comes of it now only says that answers come again.
    command.resolve = answered
    command.reject = answered
  }

  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    const counts = !ofConnection.has(command.name)
    const admission = counts && !overdue ? breaker.admits() : undefined
    if (counts && !admission) {
      measured({ of: 'redis', outcome: 'shed', ms: 0 })
      command.reject(new StoreAwayError('Redis does not answer just now', { sent: false }))
      return command.promise
    }
    const started = performance.now()
    const timer = setTimeout(() => {
      // Not before what has arrived is read: where this process was busy for that long, the answer is there.
      setImmediate(() => {
        if (!command.isSettled) becomeOverdue(command)
      })
    }, commandTimeoutMs)
    const ended = (away: boolean): void => {
      clearTimeout(timer)
      if (!admission) return
      if (away) admission.failed()
      else admission.answered()
      measured({ of: 'redis', outcome: away ? 'failed' : 'ok', ms: performance.now() - started })
    }
    command.promise.then(
      () => ended(false),
      (cause: unknown) => ended(isStoreAway(cause)),
    )
    return send(command, stream)
  }
}
