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
 * some are there on the last page too, the same as the one that was sent (CloudWatch Logs GetLogEvents).
 */
export const pageOf = (
  { pager }: ApiOperation,
  presented: unknown,
  sent: string | undefined,
): { readonly page: unknown; readonly token?: string } => {
  if (!pager) return { page: presented }
  const { page, taken } = without(presented, pager.output.split('.'))
  if (taken === undefined || taken === null || taken === '') return { page }
  const token = JSON.stringify(taken)
  return token === sent ? { page } : { page, token }
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
