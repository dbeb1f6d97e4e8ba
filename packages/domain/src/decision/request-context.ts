import type { Grant } from '../grant.ts'
import type { PolicyRequest } from '../iam/evaluate/evaluate-policy.ts'
import { isGlobalAction } from '../iam/global-actions.ts'
import type { RequestFacts } from '../request-facts.ts'
import type { Role } from '../tenant.ts'

/** As whom, where and when a request is made. */
export interface RequestMaker {
  readonly grant: Grant
  readonly accountId: string
  readonly role: Role | 'profile'
  readonly region: string
  /** Of a session that is opened for one call. */
  readonly callId?: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * A request as a policy sees it, with the global condition keys that the gateway can be sure of (IAM User Guide, "AWS global
 * condition context keys"). All other keys are not known, so that what depends on them is refused.
 */
export const policyRequest = (
  { action, resource, within, keys }: RequestFacts,
  maker: RequestMaker,
): PolicyRequest => ({
  action,
  resource,
  ...(within !== undefined && { within }),
  context(name) {
    const key = name.toLowerCase()
    const own = keys.get(key)
    if (own) return own
    // All tags that a request carries are named.
    if (key.startsWith('aws:requesttag/')) return keys.has('aws:tagkeys') ? [] : undefined
    if (absent.has(key)) return []
    return globalKey(key, { action, resource, maker })
  },
})

interface Asked {
  readonly action: string
  readonly resource: string | undefined
  readonly maker: RequestMaker
}

const globalKey = (key: string, { action, resource, maker }: Asked): readonly string[] | undefined => {
  const { role, accountId, region, now, grant, callId } = maker
  switch (key) {
    case 'aws:requestedregion':
      return [isGlobalAction(action) ? globalRegion(region) : region]
    case 'aws:currenttime':
      return [new Date(now).toISOString()]
    case 'aws:epochtime':
      return [String(Math.floor(now / 1000))]
    case 'aws:securetransport':
      return ['true']
    case 'aws:viaawsservice':
    case 'aws:principalisawsservice':
      return ['false']
    case 'aws:principalaccount':
      return role === 'profile' ? undefined : [accountId]
    case 'aws:principalarn':
      return role === 'profile' ? undefined : [role.roleArn]
    case 'aws:principaltype':
      return role === 'profile' ? undefined : ['AssumedRole']
    case 'aws:resourceaccount':
      return resourceAccount(resource, accountId)
  }
  if (role === 'profile') return undefined
  switch (key) {
    case 'aws:principaltag/mcp:tenant':
      return plain(grant.tenant.id)
    case 'aws:principaltag/mcp:user':
      return plain(grant.principal.id)
    case 'aws:principaltag/mcp:client':
      return plain(grant.principal.client)
    case 'aws:principaltag/mcp:call':
      return callId === undefined ? [] : plain(callId)
  }
  return undefined
}

/** Keys that no request of the gateway has: it acts for no service, and as a role. */
const absent: ReadonlySet<string> = new Set([
  'aws:calledvia',
  'aws:calledviafirst',
  'aws:calledvialast',
  'aws:username',
  'aws:viaawsmcpservice',
  'aws:calledviaawsmcp',
  'aws:principalservicename',
  'aws:principalservicenameslist',
  'aws:sourcearn',
  'aws:sourceaccount',
])

/** Services of no region answer in the first one of their partition. */
const globalRegion = (region: string): string =>
  region.startsWith('us-gov-') ? 'us-gov-west-1' : region.startsWith('cn-') ? 'cn-north-1' : 'us-east-1'

/** Tags that are sent as they are; others are changed to fit (see the session's tags), so they are not known here. */
const plain = (value: string): readonly string[] | undefined =>
  /^[A-Za-z0-9 _.:/=+@-]{1,256}$/.test(value) ? [value] : undefined

const resourceAccount = (resource: string | undefined, accountId: string): readonly string[] | undefined => {
  if (resource === '*') return [accountId]
  const [, , service, , account] = resource?.split(':') ?? []
  // The owner of a bucket is named in each request (`ExpectedBucketOwner`), where its operation has that.
  // An access point has an account in its ARN, and is of that.
  return account === accountId || (service === 's3' && account === '') ? [accountId] : undefined
}
