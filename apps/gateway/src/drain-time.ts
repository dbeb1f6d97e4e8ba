/**
 * Milliseconds for running calls to end once the process was told to stop; with the rest of the stop below the 30 s that
 * orchestrators give.
 */
export const drainMs = 20_000
