import type { AwsAccess, AwsRequest, AwsTarget, SessionFacts } from './aws.ts'
import { type BoundaryReads, boundaryReads } from './boundary-reads.ts'
import type { CostEstimate } from './cost.ts'
import { declaredActions } from './declared-actions.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import type { SessionPolicy } from './iam/session-policy.ts'
import type { Receipt } from './receipt.ts'
import { roleText } from './role-text.ts'
import { type SentRequest, sentRequests } from './sent-requests.ts'
import { type SpendingEvidence, spentText } from './spending.ts'
import type { Aim } from './target.ts'
import type { RoleName } from './tenant.ts'
import type { AnyTool, CallScope } from './tool.ts'
import type { Span } from './trace.ts'

/** What a call may do, whichever kind it is: a tool, a resource or a prompt. */
export type Operation = Pick<
  AnyTool,
  'name' | 'access' | 'iamActions' | 'acrossRegions' | 'generic' | 'readsStore'
> &
  Pick<CallScope, 'sends' | 'checks' | 'secret' | 'throughCloudFormation'>

/** The AWS requests of one tool call: sent only as the tool declared them, and remembered for receipt and audit. */
export interface AwsCalls {
  /** Fixes account, role and region of every request of this call. */
  aim(grant: Grant, aim: Aim, as: AwsIdentity): AwsTarget
  /** Takes in a region more, with the same role. */
  also(region: string): void
  /** Sends to `region`, one of those that the call is aimed at. */
  send(operation: Operation, request: AwsRequest, place: AwsPlace): Promise<unknown>
  receipt(of: {
    operation: Operation
    target: AwsTarget
    decisionId: string
    spent: SpendingEvidence | undefined
  }): Receipt
  /** Requests that AWS has carried out, or may have. */
  sent(): readonly SentRequest[]
  /** For the audit record, with `next` as if it were sent; undefined where AWS was not asked. */
  evidence(next?: NextRequest): AwsEvidence | undefined
  /** What was read for the permission boundary, which `evidence` does not tell. */
  readonly boundaryReads: BoundaryReads
}

/** As whom a call is made: the role, and what narrows its session. */
export interface AwsIdentity {
  readonly roleName: RoleName
  readonly sessionPolicy: SessionPolicy | undefined
  readonly callId: string
  readonly span: Span | undefined
  /** Throws or rejects where the call was stopped since it began, or where nobody can tell. */
  goesOn(): void | Promise<void>
  /** Throws the refusal of a request that the policy does not allow. */
  judge(request: AwsRequest, region: string): void
  /** What AWS bills a request with by itself. */
  priceOf(request: AwsRequest): CostEstimate | undefined
  /** Rejects where the budget does not allow it; what it gives takes the money back, for a request that was not sent. */
  pay(price: CostEstimate): Promise<() => Promise<void>>
  /** Before every request, once nothing else stands against it; rejects where it may not be sent. */
  sends(request: AwsRequest, next: NextRequest): Promise<void>
}

/** A request that is about to be sent: its IAM actions, and where it goes. */
export interface NextRequest {
  readonly actions: readonly string[]
  readonly region: string
}

/** Where a request goes, and what ends it. */
export interface AwsPlace {
  readonly region: string
  readonly signal: AbortSignal
}

export interface AwsEvidence {
  readonly target: AwsTarget
  /** That were asked. */
  readonly regions: readonly string[]
  readonly sessionName: string
  readonly facts: SessionFacts | undefined
  readonly actions: readonly string[]
  readonly requestIds: readonly string[]
  readonly attempts: number
}

/** Starts the list of one call's AWS requests. */
export const awsCalls = (access: AwsAccess): AwsCalls => {
  let fixed: AwsTarget | undefined
  // One target for each region of the call, since a session that may write is opened for each target.
  const targets = new Map<string, AwsTarget>()
  let attempts = 0
  const actions = new Set<string>()
  const asked = new Set<string>()
  const requestIds: string[] = []
  const requests = sentRequests()
  let identity: AwsIdentity | undefined
  const reads = boundaryReads(access)
  return {
    boundaryReads: reads,
    aim(grant, { granted, region, regions = [region] }, as) {
      const { roleName, sessionPolicy, callId, span, goesOn } = as
      identity = as
      const role = granted.roles[roleName]
      if (!role) throw new GatewayError('no_role', 'You have no role for this in that account.')
      const { tenant, principal } = grant
      const target: AwsTarget = {
        tenant,
        principal,
        account: granted.account,
        roleName,
        role,
        region,
        goesOn,
        boundaryReads: reads,
        ...(span && { span }),
        // Sessions that read are shared by the calls of a user.
        ...(roleName !== 'read' && { callId }),
        // Plain credentials cannot be narrowed; only a role that is assumed can.
        ...(role !== 'profile' && sessionPolicy && { sessionPolicy }),
      }
      fixed = target
      for (const each of regions) targets.set(each, each === region ? target : { ...target, region: each })
      return target
    },
    also(region) {
      if (fixed && !targets.has(region)) targets.set(region, { ...fixed, region })
    },
    async send(operation, request, { region, signal }) {
      const needed = declaredActions(operation, request)
      const target = targets.get(region)
      if (!target || !needed) {
        const sent = `${request.service}:${request.operation}`
        throw new Error(`${operation.name} does not declare what ${sent} takes, or not in ${region}`)
      }
      await identity?.goesOn()
      identity?.judge(request, region)
      const price = identity?.priceOf(request)
      const takeBack = price && (await identity?.pay(price))
      try {
        await identity?.sends(request, { actions: needed, region })
      } catch (thrown) {
        await takeBack?.()
        throw thrown
      }
      for (const action of needed) actions.add(action)
      asked.add(region)
      const sent = requests.begin(request, region)
      try {
        const { output, requestId, attempts: made } = await access.send(target, request, signal)
        attempts += made
        if (requestId) requestIds.push(requestId)
        sent.ended(requestId)
        return output
      } catch (thrown) {
        sent.failed(thrown)
        const aws = thrown instanceof GatewayError ? thrown.details.aws : undefined
        attempts += aws?.attempts ?? 1
        if (aws?.requestId) requestIds.push(aws.requestId)
        throw thrown
      }
    },
    sent: requests.list,
    receipt({ operation, target, decisionId, spent }) {
      const own = actions.size > 0
      // Who only wanted to know what the policy says may have made the gateway ask AWS all the same.
      const read = own ? [] : reads.evidence()
      const requestId = (own ? requestIds : read.flatMap((each) => each.requestIds)).at(-1)
      const roles = own ? [target] : read.map(({ reader }) => reader)
      const sent = own ? actions : new Set(read.flatMap((each) => each.actions))
      return {
        tenant: target.tenant.id,
        account: target.account.alias,
        accountId: target.account.accountId,
        role: [...new Set(roles.map(roleText))].join(', ') || 'none',
        region: asked.size > 1 ? [...asked].join(', ') : target.region,
        action: [...sent].join(', ') || 'none',
        class: operation.access,
        ...(requestId !== undefined && { requestId }),
        decisionId,
        ...(spent && spentText(spent)),
      }
    },
    evidence(next) {
      const named = new Set([...actions, ...(next?.actions ?? [])])
      if (!fixed || named.size === 0) return undefined
      const sessionName = access.sessionName(fixed)
      return {
        target: fixed,
        regions: [...new Set([...asked, ...(next ? [next.region] : [])])],
        sessionName,
        facts: access.sessionFacts?.(fixed),
        actions: [...named],
        requestIds: [...requestIds],
        attempts,
      }
    },
  }
}
