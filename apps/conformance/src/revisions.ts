/** A revision of MCP that the gateway speaks, and what the suite runs for it. */
export interface Revision {
  readonly name: string
  /** How many scenarios the revision requires of a server. */
  readonly required: number
  /** Scenarios that the suite runs as well and does not score: of extensions, or younger than the revision. */
  readonly unscored: readonly string[]
}

/** What the suite has to have run, so that one which runs less does not pass. */
export const revisions: readonly Revision[] = [
  {
    name: '2025-11-25',
    required: 30,
    unscored: ['json-schema-2020-12', 'server-session-lifecycle', 'server-sse-polling'],
  },
  {
    name: '2026-07-28',
    required: 37,
    unscored: [
      'http-custom-header-server-validation',
      'http-header-validation',
      'json-schema-2020-12',
      'tasks-capability-negotiation',
      'tasks-dispatch-and-envelope',
      'tasks-lifecycle',
      'tasks-mrtr-composition',
      'tasks-mrtr-input',
      'tasks-request-headers',
      'tasks-request-state-removal',
      'tasks-required-task-error',
      'tasks-status-notifications',
      'tasks-wire-fields',
    ],
  },
]
