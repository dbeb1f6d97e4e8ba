/** Somebody who hears of a value; an object of its own, so that one function may listen twice. */
export interface Listener<T> {
  hear(value: T): void
}

/** Adds a listener; the returned function removes it, and may be called again. */
export const listenIn = <T>(listeners: Set<Listener<T>>, hear: (value: T) => void): (() => void) => {
  const listener = { hear }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Tells all listeners; what one of them throws goes to `onError`, and the others still hear. */
export const tellAll = <T>(
  listeners: Iterable<Listener<T>>,
  value: T,
  onError: (error: Error) => void,
): void => {
  for (const listener of listeners) {
    try {
      listener.hear(value)
    } catch (thrown) {
      onError(thrown instanceof Error ? thrown : new Error('a listener threw no error', { cause: thrown }))
    }
  }
}
