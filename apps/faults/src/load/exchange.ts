import type { Outcome } from '../attempt.ts'

/** What came back for one request. */
export interface Answer {
  readonly outcome: Outcome
  readonly code?: string
  readonly retryAfter?: number
  readonly decisionId?: string
  readonly requestId?: string
  readonly session?: string
  /** Set where there is no session of that name (any more), so that the request was not looked at. */
  readonly sessionGone?: true
  /** Set where it says that what changes something was sent before it failed, so that it may have been done. */
  readonly mayBeDone?: true
  /** Set where it is of what had to come first, and the request itself was not sent. */
  readonly unsent?: true
}

/** One request of JSON-RPC as it goes out. */
export interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly message: object
}

/** Sends a request and waits for its answer for at most `patienceMs`; never rejects. */
export const exchange = async ({ url, headers, message }: Asked, patienceMs: number): Promise<Answer> => {
  const signal = AbortSignal.timeout(patienceMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      signal,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', ...message }),
    })
    return answerIn(response.status, response.headers, await response.text())
  } catch {
    return { outcome: signal.aborted ? 'silent' : 'broken' }
  }
}

/** Reads an answer of the gateway, or of what stands before it. */
export const answerIn = (status: number, headers: Headers, body: string): Answer => {
  const type = headers.get('content-type') ?? ''
  const requestId = headers.get('x-request-id') ?? undefined
  const wait = headers.get('retry-after')
  const around = {
    ...(requestId !== undefined && { requestId }),
    ...(wait !== null && { retryAfter: Number(wait) }),
    // MCP 2025-11-25, "Session Management".
    ...(status === 404 && { sessionGone: true as const }),
  }
  // The balancer's own word for a connection that broke behind it.
  if (status === 502 && requestId === undefined) return { outcome: 'broken' }
  if (status === 202) return { outcome: 'good', ...around }
  const message = type.startsWith('text/event-stream') ? lastEvent(body) : parsed(body)
  // A stream that ends without its answer is a connection that broke.
  if (message === undefined) return status === 200 ? { outcome: 'broken' } : refusal(`http:${status}`, around)
  const { result, error } = message
  if (typeof error === 'string') return refusal(error, around)
  if (error)
    return refusal(String(error.data?.code ?? `rpc:${error.code}`), { ...around, ...waitOf(error.data) })
  if (status !== 200 || !result) return refusal(`http:${status}`, around)
  const { structuredContent: facts, isError } = result
  const decisionId = isError ? facts?.error?.decisionId : facts?.receipt?.decisionId
  const session = headers.get('mcp-session-id') ?? undefined
  const known = {
    ...around,
    ...(decisionId !== undefined && { decisionId }),
    ...(session && { session }),
    ...(facts?.error?.sent && { mayBeDone: true as const }),
  }
  return isError
    ? refusal(facts?.error?.code ?? 'unknown', { ...known, ...waitOf(facts?.error) })
    : { outcome: 'good', ...known }
}

interface Message {
  readonly result?: {
    readonly isError?: boolean
    readonly structuredContent?: {
      readonly receipt?: { readonly decisionId?: string }
      readonly error?: {
        readonly code: string
        readonly decisionId?: string
        readonly retry_after_s?: number
        readonly sent?: readonly object[]
      }
    }
  }
  readonly error?:
    | string
    | { readonly code: number; readonly data?: { readonly code?: string; readonly retry_after_s?: number } }
}

const refusal = (code: string, rest: Omit<Answer, 'outcome' | 'code'>): Answer => ({
  outcome: 'refused',
  code,
  ...rest,
})

const waitOf = (said: { readonly retry_after_s?: number } | undefined) =>
  said?.retry_after_s === undefined ? {} : { retryAfter: said.retry_after_s }

const lastEvent = (body: string): Message | undefined => {
  const messages = [...body.matchAll(/^data: (\{.+)$/gm)].map(([, data]) => parsed(data ?? ''))
  return messages.findLast((each) => each && ('result' in each || 'error' in each))
}

const parsed = (text: string): Message | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
