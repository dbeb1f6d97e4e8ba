import type { AwsAccess, AwsRequest, AwsTarget } from './aws.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import type { SessionPolicy } from './iam/session-policy.ts'
import { iamActionsOf } from './iam-actions.ts'
import type { Receipt } from './receipt.ts'
import type { Aim } from './target.ts'
import type { RoleName } from './tenant.ts'
import type { AnyTool, CallScope } from './tool.ts'

/** What a call may do, whichever kind it is: a tool, a resource or a prompt. */
export type Operation = Pick<AnyTool, 'name' | 'access' | 'iamActions' | 'acrossRegions' | 'generic'> &
  Pick<CallScope, 'sends' | 'secret' | 'throughCloudFormation'>

/** The AWS requests of one tool call: sent only as the tool declared them, and remembered for receipt and audit. */
export interface AwsCalls {
  /** Fixes account, role and region of every request of this call. */
  aim(grant: Grant, aim: Aim, as: AwsIdentity): AwsTarget
  /** Sends to `region`, one of those that the call is aimed at. */
  send(operation: Operation, request: AwsRequest, place: AwsPlace): Promise<unknown>
  receipt(of: { operation: Operation; target: AwsTarget; decisionId: string }): Receipt
  /** For the audit record; undefined where AWS was not asked. */
  evidence(): AwsEvidence | undefined
}

/** As whom a call is made: the role, and what narrows its session. */
export interface AwsIdentity {
  readonly roleName: RoleName
  readonly sessionPolicy: SessionPolicy | undefined
  readonly callId: string
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
  return {
    aim(grant, { granted, region, regions = [region] }, { roleName, sessionPolicy, callId }) {
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
        // Sessions that read are shared by the calls of a user.
        ...(roleName !== 'read' && { callId }),
        // Plain credentials cannot be narrowed; only a role that is assumed can.
        ...(role !== 'profile' && sessionPolicy && { sessionPolicy }),
      }
      fixed = target
      for (const each of regions) targets.set(each, each === region ? target : { ...target, region: each })
      return target
    },
    async send(operation, request, { region, signal }) {
      const needed = declaredActions(operation, request)
      const target = targets.get(region)
      if (!target || !needed) {
        const sent = `${request.service}:${request.operation}`
        throw new Error(`${operation.name} does not declare what ${sent} takes, or not in ${region}`)
      }
      for (const action of needed) actions.add(action)
      asked.add(region)
      try {
        const { output, requestId, attempts: made } = await access.send(target, request, signal)
        attempts += made
        if (requestId) requestIds.push(requestId)
        return output
      } catch (thrown) {
        const aws = thrown instanceof GatewayError ? thrown.details.aws : undefined
        attempts += aws?.attempts ?? 1
        if (aws?.requestId) requestIds.push(aws.requestId)
        throw thrown
      }
    },
    receipt({ operation, target, decisionId }) {
      const requestId = requestIds.at(-1)
      return {
        tenant: target.tenant.id,
        account: target.account.alias,
        accountId: target.account.accountId,
        role: actions.size > 0 ? roleText(target) : 'none',
        region: asked.size > 1 ? [...asked].join(', ') : target.region,
        action: actions.size > 0 ? [...actions].join(', ') : 'none',
        class: operation.access,
        ...(requestId !== undefined && { requestId }),
        decisionId,
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

/** The actions of a request where the operation declares them; one that names what it sends sends nothing else. */
const declaredActions = (
  { sends, iamActions }: Operation,
  { service, operation, input }: AwsRequest,
): readonly string[] | undefined => {
  const needed = iamActionsOf(service, operation, input)
  const beyond = needed.filter((action) => !iamActions.includes(action))
  if (beyond.length === 0)
    return sends === undefined || sends === `${service}:${operation}` ? needed : undefined
  if (sends !== `${service}:${operation}`) return undefined
  // The index of operations may name the one action of an operation otherwise.
  if (needed.length === 1) return [iamActions[0] ?? sends]
  // What some member of the input needs beside: the class of the call does not go by it, so nothing has allowed it.
  throw new GatewayError(
    'invalid_arguments',
    `With these params ${operation} also takes ${beyond.join(', ')}, which this call may not use; it was not sent. ` +
      'Leave those params out, and do that part by the operation of its own (aws_api_search finds it).',
  )
}

/** ARN of the role, `profile/NAME` for the operator's own profile, or `own-credentials` where they name none. */
export const roleText = ({ role, tenant }: Pick<AwsTarget, 'role' | 'tenant'>): string => {
  if (role !== 'profile') return role.roleArn
  const profile = tenant.authentication?.profile
  return profile === undefined ? 'own-credentials' : `profile/${profile}`
}
