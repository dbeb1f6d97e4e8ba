import type { Fault } from '../fault.ts'

/** A process that ends at once, whatever it was doing. */
export const replicaKilled: Fault = {
  name: 'replica-killed',
  what: 'one replica is killed, and started again at the end',
  async strike({ replicas: [, second] }) {
    await second.end('SIGKILL')
    return () => second.start()
  },
}
