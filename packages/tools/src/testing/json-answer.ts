import type { CannedAnswer } from './canned-aws.ts'

/** What a service of the JSON protocols answers. */
export const jsonAnswer = (body: object): CannedAnswer => ({ body: JSON.stringify(body) })

/** How such a service refuses. */
export const jsonRefusal = (code: string, status = 400): CannedAnswer => ({
  status,
  headers: { 'x-amzn-requestid': 'aws-request-9' },
  body: JSON.stringify({ __type: code, message: 'no' }),
})
