import { setTimeout } from 'node:timers/promises'

/** Real time, for stores whose clock is not ours. */
export const realClock = {
  now: () => performance.now(),
  // Node's timers may fire up to a millisecond early.
  wait: (seconds: number): Promise<void> => setTimeout(seconds * 1000 + 2),
}
