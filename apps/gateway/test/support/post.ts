import { setTimeout } from 'node:timers/promises'
import type { AuditEvent } from '@gateway/domain'
import { expect, vi } from 'vitest'
import { jsonHeaders, type TestGateway } from './gateway.ts'
import { expectAudited, unchallenged } from './refusals.ts'
import type { WireAnswer, WireRequest } from './wire.ts'

/** A body that is answered, with 200. */
export const ping = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'ping' })

/**
 * POST to `/mcp` by somebody who is signed in. Headers of `request` replace the usual ones of the same name; an
 * empty value takes one out.
 */
export const post = (
  gateway: TestGateway,
  token: string,
  body?: string,
  request: WireRequest = {},
): Promise<WireAnswer> => {
  const given = (request.headers ?? []).map(([name]) => name.toLowerCase())
  const usual = jsonHeaders.filter(([name]) => !given.includes(name))
  const headers = [['authorization', `Bearer ${token}`] as const, ...usual, ...(request.headers ?? [])]
  return gateway.send({
    method: 'POST',
    path: '/mcp',
    ...(body !== undefined && { body }),
    ...request,
    headers: headers.filter(([, value]) => value !== ''),
  })
}

/** Names of CORS headers of an answer. */
export const corsHeadersOf = ({ headers }: WireAnswer): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'))

/** Status, JSON-RPC shape, our own words, no CORS, and one audit event with the reason. */
export const expectRefused = async (
  gateway: TestGateway,
  answer: WireAnswer,
  status: number,
  code: string,
): Promise<void> => {
  unchallenged(answer, status, code)
  expect(answer.body).not.toMatch(
    /FST_|ERR_|HPE_|SyntaxError|Unexpected|position|node_modules|fastify|\.ts\b/,
  )
  expect(corsHeadersOf(answer)).toEqual([])
  await expectAudited(gateway, answer, { outcome: 'deny', reason_code: code })
}

/** All audit events, once there are `count`, which are written behind their answers; more of them fail. */
export const settledAudit = async (gateway: TestGateway, count: number): Promise<AuditEvent[]> => {
  await vi.waitFor(async () => expect((await gateway.audit()).length).toBeGreaterThanOrEqual(count), 10_000)
  // Time for one too many to be written as well.
  await setTimeout(50)
  const events = await gateway.audit()
  expect(events).toHaveLength(count)
  return events
}

/** F16: one audit event for each of `refusals`; nothing failed, and no log line has any of `secrets`. */
export const expectOnlyRefusals = async (
  gateway: TestGateway,
  refusals: number,
  secrets: readonly string[],
): Promise<void> => {
  const events = await settledAudit(gateway, refusals)
  expect(events.filter(({ outcome }) => outcome !== 'deny')).toEqual([])
  expect(gateway.logs.filter((line) => JSON.parse(line).level === 'error')).toEqual([])
  for (const secret of secrets) expect(gateway.logs.join('')).not.toContain(secret)
}
