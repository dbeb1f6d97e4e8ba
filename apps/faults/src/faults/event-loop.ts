import { join } from 'node:path'
import type { Fault } from '../fault.ts'

/** A process that is not given the processor, as on a machine that swaps or is moved. */
export const replicaFrozen: Fault = {
  name: 'replica-frozen',
  what: 'one replica is stopped by SIGSTOP, and goes on at the end',
  async strike({ replicas: [, second] }) {
    second.signal('SIGSTOP')
    return async () => second.signal('SIGCONT')
  },
}

/** A process that computes and answers nobody meanwhile. */
export const eventLoopBusy: Fault = {
  name: 'event-loop-busy',
  what: 'the event loop of one replica computes for 3 s',
  seconds: 3,
  nodeOptions: ['--import', join(import.meta.dirname, '..', 'preloads', 'busy-on-signal.ts')],
  async strike({ replicas: [, second] }) {
    second.signal('SIGUSR2')
    return async () => undefined
  },
}
