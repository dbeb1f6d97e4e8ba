/** An end of the sandbox that a person can do something about; the message says what. */
export class SandboxFailure extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SandboxFailure'
  }
}
