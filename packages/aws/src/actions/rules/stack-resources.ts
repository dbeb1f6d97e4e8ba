import { isPlainArn, isPlainId } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { textsAt } from '../input-texts.ts'

/**
 * Stacks and stack sets, by name or ARN. Of one that is there, the name does not say the id; one that is made has none yet, so
 * that AWS checks `stack/NAME/*` (CloudFormation User Guide, "Control access with IAM").
 */
export const stackResources: ResourceRule = (asked) => {
  const { request, types, place } = asked
  const kinds = new Set(types.map(({ type }) => type))
  const arn = arnIn('cloudformation', place)
  if (kinds.has('stackset')) {
    const sets = textsAt(request.input, 'StackSetName').map((name) => setOf(asked, name))
    return sets.length > 0 ? sets : undefined
  }
  if (!kinds.has('stack')) return undefined
  const names = textsAt(request.input, 'StackName')
  if (names.length === 0)
    return request.operation === 'DescribeStacks' ? [{ type: 'stack', arn: arn('stack/*/*') }] : undefined
  return names.map((name) => {
    if (isPlainArn(name))
      return /^arn:[\w-]+:cloudformation:[\w-]+:\d{12}:stack\/[\w-]+\/[\w-]+$/.test(name)
        ? { type: 'stack', arn: name }
        : anyResource
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return anyResource
    const open = arn(`stack/${name}/*`)
    return { type: 'stack', arn: request.operation === 'CreateStack' ? open : undefined, within: open }
  })
}

const setOf = ({ place }: AskedAction, name: string): CheckedResource => {
  if (isPlainArn(name)) return { type: 'stackset', arn: name }
  const [, plain = '', id] = /^([\w-]+)(?::([\w-]+))?$/.exec(name) ?? []
  if (!isPlainId(plain)) return anyResource
  const arn = arnIn('cloudformation', place)(`stackset/${plain}:${id ?? '*'}`)
  return { type: 'stackset', arn: id === undefined ? undefined : arn, within: arn }
}
