import type { ApiOperation } from '@gateway/domain'
import { invalidParams } from './prepared-input.ts'

type Params = Readonly<Record<string, unknown>>

/** `params` that go on where `token`, of the page before, ended. */
export const withToken = ({ pager }: ApiOperation, params: Params, token: string | undefined): Params => {
  if (token === undefined) return params
  if (!pager) throw invalidParams(['nextToken: this operation has no pages'])
  if (pager.input in params) throw invalidParams([`params.${pager.input}: nextToken says it already`])
  return { ...params, [pager.input]: JSON.parse(token) as unknown }
}

/**
 * A presented output without AWS's token, and that token as text: some are structures (DynamoDB `LastEvaluatedKey`), and
 * some are there on the last page too, the same as the one that was sent (CloudWatch Logs GetLogEvents). It comes from
 * `output` as AWS gave it: without its secrets the next page would start elsewhere. Cursors are encrypted.
 */
export const pageOf = (
  { pager }: ApiOperation,
  { output, presented }: { readonly output: unknown; readonly presented: unknown },
  sent: string | undefined,
): { readonly page: unknown; readonly token?: string } => {
  if (!pager) return { page: presented }
  const path = pager.output.split('.')
  const { page } = without(presented, path)
  const { taken } = without(output, path)
  if (taken === undefined || taken === null || taken === '') return { page }
  const token = JSON.stringify(asParams(taken))
  return token === sent ? { page } : { page, token }
}

/** What AWS gave, as `params` have it: bytes are base64. */
const asParams = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.map(asParams)
  if (!isRecord(value) || value instanceof Date) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (each === undefined ? [] : [[name, asParams(each)]])),
  )
}

const without = (value: unknown, path: readonly string[]): { page: unknown; taken?: unknown } => {
  const [name, ...more] = path
  if (name === undefined) return { page: undefined, taken: value }
  if (!isRecord(value) || !Object.hasOwn(value, name)) return { page: value }
  const { [name]: member, ...rest } = value
  const { page, taken } = without(member, more)
  return { page: page === undefined ? rest : { ...rest, [name]: page }, taken }
}

/** Whether a value has members of its own names. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
