import type { AwsAccess, AwsRequest, AwsTarget } from './aws.ts'
import { type BoundaryReads, boundaryReads } from './boundary-reads.ts'
import { type CostEstimate, usdText } from './cost.ts'
import { declaredActions } from './declared-actions.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import type { SessionPolicy } from './iam/session-policy.ts'
import type { Receipt } from './receipt.ts'
import type { SpendingEvidence } from './spending.ts'
import type { Aim } from './target.ts'
import type { RoleName } from './tenant.ts'
import type { AnyTool, CallScope } from './tool.ts'

/** What a call may do, whichever kind it is: a tool, a resource or a prompt. */
export type Operation = Pick<AnyTool, 'name' | 'access' | 'iamActions' | 'acrossRegions' | 'generic'> &
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
  /** Requests that AWS has carried out. */
  succeeded(): readonly AwsRequest[]
  /** For the audit record; undefined where AWS was not asked. */
  evidence(): AwsEvidence | undefined
  /** What was read for the permission boundary, which `evidence` does not tell. */
  readonly boundaryReads: BoundaryReads
}

/** As whom a call is made: the role, and what narrows its session. */
export interface AwsIdentity {
  readonly roleName: RoleName
  readonly sessionPolicy: SessionPolicy | undefined
  readonly callId: string
  /** Throws or rejects where the call was stopped since it began, or where nobody can tell. */
  goesOn(): void | Promise<void>
  /** Throws the refusal of a request that the policy does not allow. */
  judge(request: AwsRequest, region: string): void
  /** What AWS bills a request with by itself. */
  priceOf(request: AwsRequest): CostEstimate | undefined
  /** Rejects where the budget does not allow it. */
  pay(price: CostEstimate): Promise<void>
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
  const done: AwsRequest[] = []
  let identity: AwsIdentity | undefined
  const reads = boundaryReads(access)
  return {
    boundaryReads: reads,
    aim(grant, { granted, region, regions = [region] }, as) {
      const { roleName, sessionPolicy, callId, goesOn } = as
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
      if (price) await identity?.pay(price)
      for (const action of needed) actions.add(action)
      asked.add(region)
      try {
        const { output, requestId, attempts: made } = await access.send(target, request, signal)
        attempts += made
        if (requestId) requestIds.push(requestId)
        done.push(request)
        return output
      } catch (thrown) {
        const aws = thrown instanceof GatewayError ? thrown.details.aws : undefined
        attempts += aws?.attempts ?? 1
        if (aws?.requestId) requestIds.push(aws.requestId)
        throw thrown
      }
    },
    succeeded: () => done,
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
    evidence() {
      if (!fixed || actions.size === 0) return undefined
      const sessionName = access.sessionName(fixed)
      return {
        target: fixed,
        regions: [...asked],
        sessionName,
        actions: [...actions],
        requestIds: [...requestIds],
        attempts,
      }
    },
  }
}

/** ARN of the role, `profile/NAME` for the operator's own profile, or `own-credentials` where they name none. */
export const roleText = ({ role, tenant }: Pick<AwsTarget, 'role' | 'tenant'>): string => {
  if (role !== 'profile') return role.roleArn
  const profile = tenant.authentication?.profile
  return profile === undefined ? 'own-credentials' : `profile/${profile}`
}

const spentText = ({ estimate, leftMicroUsd }: SpendingEvidence) => ({
  cost: estimate === 'unpriced' ? estimate : usdText(estimate),
  ...(leftMicroUsd !== undefined && { budgetLeft: usdText(Math.max(0, leftMicroUsd)) }),
})
