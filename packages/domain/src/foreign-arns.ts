import { partitionOfRegion } from './iam/role-arn.ts'
import { isPublished } from './published-arns.ts'

/** Where a call is aimed, as ARNs name it. */
export interface ArnPlace {
  readonly accountId: string
  readonly region: string
  /**
   * True for a call that only reads. It may name other accounts where no ARN is meant, since nothing leaves: images of
   * public owners (`Owners: ['099720109477']`), a registry of AWS (`registryIds`). And it may search for anything, ARNs
   * too: who investigates what others did has to name them.
   */
  readonly reads?: boolean
}

/** Something in an input that is of somebody else. */
export interface Foreign {
  /** Such as `params.RoleArn`. */
  readonly path: string
  /** What it is, without its value. */
  readonly kind: 'arn' | 'account'
}

/**
 * What in an input names another account or partition than the call is aimed at; twenty at most: ARNs, whole or as the
 * parts of them that Lambda takes; URLs of SQS queues; and in calls that change something, account ids where a member's
 * name says that they are some. An ARN without an account (S3), of AWS itself (`arn:aws:iam::aws:policy/…`) or of what AWS
 * publishes for all is of nobody else. Texts that only contain an ARN are left to IAM.
 */
export const foreignArns = (input: unknown, { accountId, region, reads }: ArnPlace): readonly Foreign[] => {
  // An account that is not known yet (one person's own, before AWS has said it) is sent nothing either.
  if (!/^\d{12}$/.test(accountId)) return []
  const partition = partitionOfRegion(region)
  const isOther = (id: string | undefined): boolean => id !== undefined && isId.test(id) && id !== accountId

  const isForeignArn = (text: string): boolean => {
    const [start, of = '', service = '', ...places] = text.split(':', 6)
    if (start?.toLowerCase() !== 'arn' || places.length === 0) return false
    if (places.length > 2 && of.toLowerCase() !== partition) return true
    if (isPublished(text)) return false
    // Lambda also takes one without its region, in the place of which then stands the account.
    if (places.slice(0, 2).some(isOther)) return true
    // What API Gateway calls stands in a path: `…:sqs:path/ACCOUNT/QUEUE`, `…:lambda:path/…/functions/ARN/invocations`.
    if (service.toLowerCase() !== 'apigateway') return false
    const [, inner = ''] = /\/(arn:(?!aws[^:]*:apigateway).*)/i.exec(text) ?? []
    return segmentIds(text).some(isOther) || isForeignArn(inner)
  }

  const kindOf = (
    raw: string,
    { name, holds }: Pick<Part, 'name' | 'holds'>,
  ): Foreign['kind'] | undefined => {
    if (holds === 'search') return undefined
    const text = bare(raw)
    if (isForeignArn(text)) return 'arn'
    if (takesFunction.test(name) && isOther(partialArn.exec(text)?.[1])) return 'account'
    if ((isQueue.test(name) || isQueueUrl.test(text)) && segmentIds(text).some(isOther)) return 'account'
    if (reads || holds === 'data' || !namesAccount.test(name) || text.length > longestList) return undefined
    return (text.match(/(?<![\w-])\d{12}(?![\w-])/g) ?? []).some(isOther) ? 'account' : undefined
  }

  const found: Foreign[] = []
  // Not recursive, so that no depth of an input can exhaust the stack.
  const waiting: Part[] = [{ path: '', name: '', holds: undefined, value: input }]
  for (let next = waiting.pop(); next && found.length < 20; next = waiting.pop()) {
    const { path, name, holds, value } = next
    if (typeof value === 'string' || typeof value === 'number') {
      const kind = kindOf(String(value), next)
      if (kind) found.push({ path, kind })
    }
    if (typeof value !== 'object' || value === null) continue
    for (const [key, each] of Object.entries(value).toReversed()) {
      const isList = Array.isArray(value)
      const at = isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
      const kind = isList ? undefined : kindOf(key, { name: '', holds })
      if (kind) found.push({ path: at, kind })
      const inside = holds ?? (isList ? undefined : heldBy(key, value, reads === true))
      waiting.push({ path: at, name: nameWithin(name, key, value), holds: inside, value: each })
    }
  }
  return found
}

interface Part {
  readonly path: string
  /** Of the member that says what the value is: an element, or an `Id`, is what its list or object is. */
  readonly name: string
  readonly holds: Holds | undefined
  readonly value: unknown
}

/** Values whose numbers are no accounts, or values that are only searched for. */
type Holds = 'data' | 'search'

const heldBy = (key: string, object: object, reads: boolean): Holds | undefined => {
  if (reads && searches.test(key)) return 'search'
  // What an event of EventBridge is about; it goes to its bus.
  if (key === 'Resources' && 'DetailType' in object) return 'search'
  return data.test(key) ? 'data' : undefined
}

/** Filters, patterns and values that a read compares with what it finds: of EC2, CloudTrail, CloudWatch Logs, DynamoDB. */
const searches =
  /^(?:filters?|filter_?patterns?|filter_?expression|query|query_?string|attributevalue|lookupattributes|expressionattributevalues|search_?(?:string|term|expression)s?)$/i

/** Arguments of jobs and documents, tags and metadata. An ARN there may be a target all the same, such as a role to assume. */
const data =
  /^(?:(?:default|nonoverridable)?arguments|parameters|tagstoadd|tag(?:list|set)|costfilters|metadata)$/i

const nameWithin = (name: string, key: string, value: object): string => {
  // Data and settings of the caller's own programs, which address nothing in this call.
  if (name === ownData || /^(?:payload|tags|variables)$/i.test(key)) return ownData
  return Array.isArray(value) || /^(?:(?:id|value|item|member)s?|add|quantity)$/i.test(key) ? name : key
}

const ownData = '(data)'

const isId = /^\d{12}$/

const takesFunction = /function|lambda|layer|name$|arn$|uri$/i

/** `123456789012:function:name`, `123456789012:name`, also after a region: function names of Lambda. */
const partialArn = /^(?:[a-z]{2}(?:-[a-z]+)+-\d{1,2}:)?(\d{12}):\S/i

const isQueue = /queue/i

/** Also of VPC endpoints and of hosts from before (`eu-west-1.queue.amazonaws.com`). */
const isQueueUrl =
  /^(?:[a-z][a-z0-9+.-]{0,20}:)?\/\/(?:[^/\s]{0,255}[.@-])?(?:sqs|queue)(?:-fips)?[.:][^/\s]{1,255}\//i

/** Members whose 12 digits are an account: `registryId`, `TransferAccountId`, `PeerOwnerId`, `UserIds` of a snapshot. */
const namesAccount =
  /account|owner|registr(?:y|ies)|catalog|peer|principal|grantee|signer|consumer|recipient|user_?ids?$|shared?_?with|valuestoadd/i

/** Longer texts are documents, and of those only IAM knows what they mean. */
const longestList = 1_000

/** Without what cannot be seen, and without quotes and spaces before it. */
const bare = (text: string): string => text.replace(/[\p{Cc}\p{Cf}]/gu, '').replace(/^[\s"'`“”‘’«<]+/, '')

/** Account ids that are a whole segment of a path, also where its signs are escaped. */
const segmentIds = (path: string): string[] =>
  path
    .slice(0, longestPath)
    .replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .match(/(?<![^/])\d{12}(?![^/?#])/g) ?? []

const longestPath = 4_096
