import type { Page } from '@gateway/backends'
import { expect } from 'vitest'
import type { Harness } from './harness.ts'

/** A refused request, of which `refusalOf` has checked what holds of all. */
export interface Refusal {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** `error` of the JSON body or of the redirect; undefined for a page. */
  readonly error: string | undefined
  /** Parameters of the redirect to the app, where the app was told. */
  readonly redirect: URLSearchParams | undefined
  readonly reason: string | undefined
}

/**
 * What an attack came to. Every refusal names nothing of the inside and hands out nothing, is not kept by caches, is no status
 * 500 and leaves exactly one audit event with a reason.
 */
export const refusalOf = async (
  harness: Pick<Harness, 'audit' | 'issuer'>,
  attack: () => Promise<Response | Page>,
): Promise<Refusal> => {
  const before = harness.audit.length
  const answer = await attack()
  const text = typeof answer.text === 'string' ? answer.text : await answer.text()
  const { headers } = answer
  const location = headers.get('location') ?? (answer.status === 0 ? answer.url : undefined)
  const redirect = location === undefined ? undefined : parametersOf(new URL(location, harness.issuer))
  expect(text, 'nothing of the inside').not.toMatch(inside)
  expect(text, 'no token').not.toMatch(/access_token|refresh_token|id_token"/)
  expect(redirect?.get('code') ?? null, 'no code').toBeNull()
  if (redirect) expect(redirect.get('error'), `a refusal in ${location}`).not.toBeNull()
  else {
    expect(answer.status, text).toBeGreaterThanOrEqual(400)
    expect([501, 502, 504, 500], text).not.toContain(answer.status)
  }
  if (answer.status !== 0) expect(headers.get('cache-control')).toBe('no-store')
  const events = harness.audit
    .slice(before)
    .filter(({ outcome }) => outcome === 'deny' || outcome === 'error')
  expect(events, text).toHaveLength(1)
  expect(events[0]?.reason_code).toMatch(/^(oauth|approval):[a-z_-]+$/)
  return {
    status: answer.status,
    headers,
    text,
    error: redirect?.get('error') ?? errorIn(text),
    redirect,
    reason: events[0]?.reason_code?.replace(/^(oauth|approval):/, ''),
  }
}

/** Of its query or its fragment (RFC 6749 section 4.2.2.1). */
const parametersOf = ({ search, hash }: URL): URLSearchParams =>
  new URLSearchParams(search === '' ? hash.slice(1) : search)

/** Words of stacks, libraries and their errors. */
const inside =
  /node_modules|oidc-provider|oops!|\bat \S+:\d+|[A-Z]\w*Error\b|\bkoa\b|fastify|FST_|openid-client|ZodError|undefined|\[object/i

const errorIn = (text: string): string | undefined => {
  if (!text.startsWith('{')) return undefined
  const body = JSON.parse(text) as { error?: unknown; error_description?: unknown }
  expect(typeof body.error_description, text).toBe('string')
  return String(body.error)
}

/** Checks that none of these secrets is in a log line or an audit event. */
export const expectUnsaid = (harness: Pick<Harness, 'audit' | 'logs'>, secrets: readonly string[]): void => {
  const said = `${harness.logs.join('\n')}\n${JSON.stringify(harness.audit)}`
  for (const secret of secrets) {
    expect(secret.length, 'a secret that can be told from other text').toBeGreaterThan(6)
    expect(said.includes(secret), `${secret} is in a log or the audit`).toBe(false)
  }
}
