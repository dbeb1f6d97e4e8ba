import { isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { textsAt } from '../input-texts.ts'

/**
 * Functions of Lambda by name, partial or whole ARN, with the version or alias that is asked for (Lambda API Reference,
 * `FunctionName` and `Qualifier`); all else by the general rule.
 */
export const lambdaResources: ResourceRule = (asked) => {
  const { request, types } = asked
  const kinds = new Set(types.map(({ type }) => type))
  if (!kinds.has('function')) return undefined
  const names = textsAt(request.input, 'FunctionName')
  if (names.length === 0) return undefined
  const qualifiers = [
    ...textsAt(request.input, 'Qualifier'),
    ...(kinds.has('function alias') && /Alias$/.test(request.operation)
      ? textsAt(request.input, 'Name')
      : []),
  ]
  const qualified =
    kinds.has('function alias') || kinds.has('function version') || exactly.test(request.operation)
  return names.flatMap((name) => {
    const found = functionOf(asked, name)
    if (!found) return [anyResource]
    const qualifier = found.qualifier ?? qualifiers[0]
    const plain: CheckedResource = { type: 'function', arn: found.arn }
    if (qualifier === undefined) return [plain]
    if (!/^[\w$-]{1,128}$/.test(qualifier)) return [anyResource]
    const exact: CheckedResource = { type: 'function alias', arn: `${found.arn}:${qualifier}` }
    // Where AWS says nothing of versions, either may be what it checks.
    return qualified && request.operation !== 'CreateAlias' ? [exact] : [plain, exact]
  })
}

/** Operations of which it is known that a version or alias is all that AWS checks. */
const exactly = /^(GetFunction|GetFunctionConfiguration|Invoke\w*)$/

/** The function that a text names, without its qualifier. */
const functionOf = (
  { place }: AskedAction,
  text: string,
): { arn: string; qualifier?: string } | undefined => {
  const whole = /^(arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+)(?::([\w$-]+))?$/.exec(text)
  if (whole) return { arn: whole[1] ?? '', ...(whole[2] !== undefined && { qualifier: whole[2] }) }
  const [, account = place.accountId, name = '', qualifier] =
    /^(?:(\d{12}):function:|function:)?([\w-]+)(?::([\w$-]+))?$/.exec(text) ?? []
  if (!isPlainId(name)) return undefined
  return {
    arn: arnIn('lambda', { ...place, accountId: account })(`function:${name}`),
    ...(qualifier !== undefined && { qualifier }),
  }
}
