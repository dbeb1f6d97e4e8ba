import { isPlainArn } from '../arn-template.ts'
import {
  type AskedAction,
  anyResource,
  arnIn,
  type CheckedResource,
  type ResourceRule,
} from '../asked-action.ts'
import { textsAt } from '../input-texts.ts'

/**
 * Log groups and streams. AWS checks the ARN of a log group with `:*` at its end (CloudWatch Logs User Guide, "Log group
 * ARNs"), but in actions of tags, which name it by the ARN itself.
 */
export const logsResources: ResourceRule = (asked) => {
  const { request, types } = asked
  const { operation, input } = request
  const kinds = new Set(types.map(({ type }) => type))
  if (!kinds.has('log-group') && !kinds.has('log-stream')) return undefined
  if (operation === 'StartQuery' && asksElsewhere(input)) return [anyResource]
  const groups = groupMembers.flatMap((path) => textsAt(input, path)).map((text) => groupOf(asked, text))
  if (groups.length === 0) return undefined
  const streams = [...textsAt(input, 'logStreamName')]
  if (!kinds.has('log-stream') || streams.length === 0) return groups.map((group) => withEnd(group))
  return groups.flatMap((group) => streams.map((stream) => streamOf(group, stream)))
}

const groupMembers = [
  'logGroupName',
  'logGroupNames.*',
  'logGroupIdentifier',
  'logGroupIdentifiers.*',
  'logGroupArnList.*',
  'resourceIdentifier',
]

/** ARN of a group without `:*`, of a name or an ARN. */
const groupOf = ({ place }: AskedAction, text: string): string | undefined => {
  if (text.startsWith('arn:')) {
    const bare = text.replace(/:\*$/, '')
    return isPlainArn(bare) && /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[\w./#-]+$/.test(bare)
      ? bare
      : undefined
  }
  // CloudWatch Logs API Reference, CreateLogGroup: the letters of a name.
  return /^[\w./#-]{1,512}$/.test(text) ? arnIn('logs', place)(`log-group:${text}`) : undefined
}

const withEnd = (group: string | undefined): CheckedResource =>
  group === undefined ? anyResource : { type: 'log-group', arn: `${group}:*` }

const streamOf = (group: string | undefined, stream: string): CheckedResource =>
  group === undefined || !/^[^:*?]{1,512}$/.test(stream) || stream.includes('${')
    ? anyResource
    : { type: 'log-stream', arn: `${group}:log-stream:${stream}` }

/** A query may name log groups of its own, in its first command or in another language. */
const asksElsewhere = (input: object): boolean =>
  textsAt(input, 'queryString').some((text) => /\bsource\b/i.test(text)) ||
  textsAt(input, 'queryLanguage').some((language) => language !== 'CWLI')
