import type { AdminConnection } from './connection.ts'
import { readBounded } from './read-bounded.ts'
import { refusalOf } from './refusal.ts'
import { TenantFailure } from './tenant-failure.ts'

/** One request to the admin API; `path` is below `/admin/v1`. */
export interface AdminRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Version that is changed, for `If-Match`. */
  readonly version?: number
  /** Milliseconds that the answer may take; 30,000 where nothing is said. */
  readonly patienceMs?: number
}

/** Sends a request and gives the text of a good answer; throws `TenantFailure` for every other. */
export type AdminClient = (request: AdminRequest) => Promise<string>

/** Characters of one answer: a page of tenants, or one tenant with all its templates, has far fewer. */
const longest = 8_000_000

/** Speaks HTTP to the admin API of a gateway, without following redirects, which would carry the token elsewhere. */
export const createAdminClient = ({ baseUrl, token, ofSandbox }: AdminConnection): AdminClient => {
  const client: AdminClient = async (request) => {
    const { method, path, query = {}, body, version, patienceMs = 30_000 } = request
    const search = new URLSearchParams(query).toString()
    const url = `${baseUrl}${path}${search && `?${search}`}`
    const signal = AbortSignal.timeout(patienceMs)
    try {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal,
        headers: {
          accept: 'application/json, text/plain',
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(version !== undefined && { 'if-match': `"${version}"` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await readBounded(response, longest)
      if (response.ok && !isPage(response)) return text
      throw refusalOf({ response, text, baseUrl, ofSandbox })
    } catch (thrown) {
      throw thrown instanceof TenantFailure ? thrown : unreachable({ thrown, baseUrl, patienceMs, ofSandbox })
    }
  }
  return client
}

/** What a proxy or a sign-in page in front of the gateway answers, with any status. */
const isPage = ({ headers }: Response): boolean => /\bhtml\b/i.test(headers.get('content-type') ?? '')

interface Unreachable {
  readonly thrown: unknown
  readonly baseUrl: string
  readonly patienceMs: number
  readonly ofSandbox: boolean
}

const unreachable = ({ thrown, baseUrl, patienceMs, ofSandbox }: Unreachable): TenantFailure => {
  const cause = { cause: thrown }
  if (thrown instanceof DOMException && thrown.name === 'TimeoutError') {
    return new TenantFailure(
      `${baseUrl} did not answer within ${patienceMs / 1000} s. What was asked for may have happened all the same: look before you repeat it.`,
      cause,
    )
  }
  const code = codeOf(thrown)
  const hint = ofSandbox ? ' Does the sandbox still run? Start it: npm start' : ''
  return new TenantFailure(
    `${baseUrl} cannot be reached${code === undefined ? '' : ` (${code})`}. Check the URL, the network and the certificate.${hint}`,
    cause,
  )
}

/** fetch wraps the system's error, and that one may have one for each address. */
const codeOf = (thrown: unknown): string | undefined => {
  if (!(thrown instanceof Error)) return undefined
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return codeOf(thrown.errors[0])
  return codeOf(thrown.cause)
}
