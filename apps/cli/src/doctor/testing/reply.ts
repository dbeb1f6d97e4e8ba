import type { IncomingHttpHeaders } from 'node:http'

/** A request, as a double sees it. */
export interface Asked {
  readonly of: 'gateway' | 'authorization'
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What is answered. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** It goes on after its body. */
  readonly endless?: boolean
  /** Not a byte of it leaves before its end. */
  readonly held?: boolean
}

export const json = (
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

export const nothing = (status: number): Reply => ({ status, headers: {} })
