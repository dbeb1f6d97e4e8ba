/** The way out of whatever is being waited for, once a stop was asked for. */
export class Stopped extends Error {
  override name = 'Stopped'
}

/** Waits for `work`, but throws `Stopped` as soon as a stop is asked for. */
export const unlessStopped = async <Result>(stop: AbortSignal, work: Promise<Result>): Promise<Result> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const onStop = () => reject(new Stopped())
  if (stop.aborted) onStop()
  stop.addEventListener('abort', onStop, { once: true })
  try {
    return await Promise.race([work, promise])
  } finally {
    stop.removeEventListener('abort', onStop)
    // The loser of the race has nobody left to hear of it.
    promise.catch(() => {})
    work.catch(() => {})
  }
}
