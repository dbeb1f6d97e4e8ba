/** Ends a command of `aws-mcp tenant`; the message says what to do, and may quote what a server has said. */
export class TenantFailure extends Error {
  /** 1 for a failure, 2 for something that the person has to write differently. */
  readonly exitCode: 1 | 2
  /** What is wrong, one line each. */
  readonly issues: readonly string[]

  constructor(message: string, { exitCode = 1, issues = [], cause }: Details = {}) {
    super(message, { cause })
    this.name = 'TenantFailure'
    this.exitCode = exitCode
    this.issues = issues
  }
}

interface Details {
  readonly exitCode?: 1 | 2
  readonly issues?: readonly string[]
  readonly cause?: unknown
}

/** What the person has to write differently. */
export const wrongUse = (message: string, issues: readonly string[] = []): TenantFailure =>
  new TenantFailure(message, { exitCode: 2, issues })
