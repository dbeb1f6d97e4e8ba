import {
  type CostFacts,
  type Decision,
  decide,
  GatewayError,
  type Grant,
  missingContext,
  type OperationClass,
  type Plan,
  type PolicyDocument,
  type Question,
  type ToolContext,
} from '@gateway/domain'
import { type KnownTags, tagReads } from '../api/known-tags.ts'
import { resourceIdsIn } from '../api/resource-ids.ts'
import type { AskedAccess } from '../asked-access.ts'
import { inPlan } from '../ec2/find-instance.ts'
import { whereSomebodyCan } from './who-can-agree.ts'

type GrantedAccount = Grant['accounts'][number]

/** What the policy would say to a call in one account. */
export interface AccountOutlook {
  readonly granted: GrantedAccount
  readonly region: string
  readonly decision: Decision
  /** Condition keys that would have to be known, and `resource`. */
  readonly missing: readonly string[]
  /** Actions and resources that AWS would check, as far as the request tells them. */
  readonly requests: NonNullable<Question['requests']>
}

/** Decides as the call itself is decided, by as much as was said of it. */
export const outlookIn = async (
  context: ToolContext,
  granted: GrantedAccount,
  of: {
    readonly asked: AskedAccess
    /** The tool that is taken to make the call. */
    readonly tool: string
    readonly cost: CostFacts
    readonly stops: Question['stops']
    /** Of resources of this account by their ids; absent where nobody has looked. */
    readonly tags?: KnownTags | undefined
  },
): Promise<AccountOutlook> => {
  const { grant, outlook, account } = context
  const { asked, cost, stops = [], tags } = of
  const { access, iamActions, secret, exact } = asked
  const region = granted.account.alias === account.alias ? context.region : granted.account.defaultRegion
  const facts = outlook.factsOf(asked.request, { account: granted, access, region })
  const requests = aboutResource(facts.requests ?? [], asked)
  const bounding = await boundaryIn(context, granted, region)
  const boundary = 'document' in bounding ? bounding.document : undefined
  const decision = decide({
    grant,
    tool: { access, iamActions, name: of.tool, ...(secret && { secret }) },
    account: granted,
    regions: [region],
    stops,
    ...(boundary && { boundary }),
    ...(exact && { requests }),
    ...(exact && facts.passes && { passes: facts.passes }),
    // Nobody is asked about what changes nothing.
    ...(!readsOnly(access) && { agreement: { plan: planOf(asked, tags), asked: true, cost } }),
  })
  const later =
    tags === undefined && tagReads({ service: asked.request.service, access }, grant.tenant).length > 0
  const outcome = whereSomebodyCan(decision, { outlook, ...(later && { later: lookedUpLater }) })
  const { policy } = grant.tenant.permissions
  const documents = [policy, boundary].flatMap((document) => document ?? [])
  return {
    granted,
    region,
    decision: 'fault' in bounding ? withFault(outcome, bounding.fault) : outcome,
    missing: missingContext(documents, requests),
    requests,
  }
}

const lookedUpLater =
  'The call itself looks up the tags of what it names, and so does simulate in the account that is asked.'

/** Whether operations of a class change nothing. */
export const readsOnly = (access: OperationClass): boolean => access === 'read' || access === 'sensitive-read'

/** Of an action that was asked for by its name: itself alone, on the resource that was given. */
const aboutResource = (
  requests: NonNullable<Question['requests']>,
  { resource, iamActions }: AskedAccess,
): NonNullable<Question['requests']> => {
  if (resource === undefined) return requests
  const [action = ''] = iamActions
  const [first] = requests
  const named = requests.filter((each) => each.action.toLowerCase() === action.toLowerCase())
  return (named.length > 0 ? named.slice(0, 1) : [{ ...first, action, context: () => undefined }]).map(
    (each) => ({ ...each, resource }),
  )
}

const planOf = ({ request, params, exact, resource }: AskedAccess, tags: KnownTags = new Map()): Plan => {
  const ids = resourceIdsIn(params)
  return {
    effect: `Calls ${request.operation} of ${request.service}.`,
    resources: ids.slice(0, 25).map((id) => (tags.has(id) ? inPlan(id, tags.get(id) ?? {}) : { id })),
    ...(ids.length > 25 && { details: { moreResources: ids.length - 25 } }),
    ...(exact && resource === undefined && { sends: request }),
  }
}

type Bounding = { readonly document: PolicyDocument | undefined } | { readonly fault: GatewayError }

/** That it cannot be read is part of the answer: until it can, every call is refused. */
const boundaryIn = async (
  { grant, outlook }: ToolContext,
  granted: GrantedAccount,
  region: string,
): Promise<Bounding> => {
  const { permissionBoundary } = grant.tenant.permissions
  const roles = Object.values(granted.roles)
  // Credentials of one's own are bounded by nothing that the gateway knows of.
  if (permissionBoundary === undefined || roles.every((role) => role === 'profile'))
    return { document: undefined }
  try {
    const document = await outlook.boundary(granted, region)
    return document ? { document } : { fault: unread() }
  } catch (thrown) {
    if (thrown instanceof GatewayError && thrown.code === 'boundary_unknown') return { fault: thrown }
    throw thrown
  }
}

const unread = (): GatewayError =>
  new GatewayError('boundary_unknown', 'You have no read role here by which it could be read.')

const withFault = (decision: Decision, { code, message }: GatewayError): Decision => {
  const fault = { rule: 'permission.boundary', code, reason: message }
  if (decision.effect !== 'deny') return { effect: 'deny', ruleIds: [fault.rule], denials: [fault] }
  return {
    effect: 'deny',
    ruleIds: [...new Set([...decision.ruleIds, fault.rule])],
    denials: [...decision.denials, fault],
  }
}
