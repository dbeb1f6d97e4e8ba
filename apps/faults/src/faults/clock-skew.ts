import { join } from 'node:path'
import type { Fault } from '../fault.ts'

const preload = join(import.meta.dirname, '..', 'preloads', 'skewed-clock.ts')

/** A machine whose clock is wrong. */
export const clockSkew: Fault = {
  name: 'clock-skew',
  what: 'the clock of one replica is an hour ahead',
  async strike({ replicas: [, second] }) {
    await second.end('SIGTERM')
    await second.start(['--import', preload])
    return async () => {
      await second.end('SIGTERM')
      await second.start()
    }
  },
}
