/** Servers that a process of `server-main.ts` can be. */
export type ServerKind =
  | 'aws'
  | 'ceiling'
  | 'bare-streams'
  | 'sdk-v1-stateful'
  | 'sdk-v1-stateless'
  | 'sdk-v2'
  | 'fastmcp-stateful'
  | 'fastmcp-stateless'

/** What a server of the bench is started with. */
export interface ServedOptions {
  /** On 127.0.0.1. */
  readonly port: number
  /** Of the tokens that it must check, as SPKI. */
  readonly publicKeyPem: string
  /** Makes the ceiling run one Redis script per request. */
  readonly redisUrl?: string
  /** Length of the JSON that the ceiling answers instead of an echo. */
  readonly answerBytes?: number
}

/** Starts a server; resolves when it listens. */
export type StartServer = (options: ServedOptions) => Promise<void>

/** What a process is told first. */
export interface StartMessage {
  readonly start: ServerKind
  readonly options: ServedOptions
}

/** The first message of the bench to this process. */
export const startMessage = (): Promise<StartMessage> =>
  new Promise((resolve) => {
    const hear = (message: unknown): void => {
      if (typeof message !== 'object' || message === null || !('start' in message)) return
      process.off('message', hear)
      resolve(message as StartMessage)
    }
    process.on('message', hear)
    // Only now: a message that comes before its listener is lost to the probe's.
    process.send?.('up')
  })
