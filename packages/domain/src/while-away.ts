/**
 * What a limit does while the store that all replicas share cannot be reached. `local`: it counts in this process alone, with its
 * share of the limit, for calls that only read and that nobody bills. `refuse`: it rejects, for all others; that is the default.
 */
export interface WhileAway {
  readonly whileAway?: 'local' | 'refuse'
}
