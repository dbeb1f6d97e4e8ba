import { expect } from 'vitest'
import type { TestGateway } from './gateway.ts'
import type { WireAnswer } from './wire.ts'

/** The parts of an answer that the attack list fixes. */
export const shapeOf = ({ status, headers, body }: WireAnswer) => ({
  status,
  challenge: headers['www-authenticate'],
  cacheControl: headers['cache-control'],
  contentType: headers['content-type'],
  body,
})

const metadata = (url: string) =>
  `resource_metadata="${url}/.well-known/oauth-protected-resource/mcp", scope="aws:read"`

/** C401 of the attack list: no token came. */
export const c401 = (url: string) => ({
  status: 401,
  challenge: `Bearer ${metadata(url)}`,
  cacheControl: 'no-store',
  contentType: expect.stringMatching(/^application\/json\b/),
  body: '{"error":"unauthorized","error_description":"Send a bearer token in the Authorization header."}',
})

/** T401 of the attack list: a token was refused; the same for every cause. */
export const t401 = (url: string) => ({
  status: 401,
  challenge: `Bearer error="invalid_token", error_description="The access token is not valid", ${metadata(url)}`,
  cacheControl: 'no-store',
  contentType: expect.stringMatching(/^application\/json\b/),
  body: '{"error":"invalid_token","error_description":"The access token is not valid. Sign in again."}',
})

/** An answer with a status other than 401: JSON-RPC with our code, and no challenge. */
export const unchallenged = (answer: WireAnswer, status: number, code: string) =>
  expect({ ...shapeOf(answer), body: JSON.parse(answer.body) }).toEqual({
    status,
    challenge: undefined,
    cacheControl: 'no-store',
    contentType: expect.stringMatching(/^application\/json\b/),
    body: {
      jsonrpc: '2.0',
      id: null,
      error: {
        code: expect.any(Number),
        message: expect.any(String),
        data: { code, requestId: answer.headers['x-request-id'] },
      },
    },
  })

/** Exactly one audit event tells of the answer. */
export const expectAudited = async (gateway: TestGateway, answer: WireAnswer, event: object): Promise<void> =>
  expect(await gateway.auditOf(answer)).toEqual([
    expect.objectContaining({ request_id: answer.headers['x-request-id'], ...event }),
  ])
