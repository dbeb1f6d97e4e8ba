/**
 * Milliseconds for running calls to end once the process does not listen any more; with the rest of the stop below the 30 s that
 * orchestrators give. A delay before (`DRAIN_DELAY_MS`) comes on top, and must be given by them too.
 */
export const drainMs = 20_000

/** Milliseconds for the rest of the stop, audit log included; what is not done by then is left. */
export const closeMs = 9_000
