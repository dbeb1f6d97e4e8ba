/** A check that the gateway does not pass, on purpose or because nobody can. */
export interface Deviation {
  readonly scenario: string
  /** Id of the check. */
  readonly check: string
  readonly why: string
}

/** All of them; one that passes after all fails the gate until it is taken off this list. */
export const deviations: readonly Deviation[] = [
  {
    scenario: 'tasks-status-notifications',
    check: 'tasks-status-notifications',
    why: 'the suite has no checks for it yet and skips it for everybody',
  },
]
