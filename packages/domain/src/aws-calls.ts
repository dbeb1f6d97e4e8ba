import type { AwsAccess, AwsRequest, AwsTarget } from './aws.ts'
import { GatewayError } from './errors.ts'
import type { Grant } from './grant.ts'
import { iamActionOf } from './iam-actions.ts'
import type { Receipt } from './receipt.ts'
import type { Aim } from './target.ts'
import type { RoleName } from './tenant.ts'
import type { AnyTool } from './tool.ts'

/** What a call may do, whichever kind it is: a tool, a resource or a prompt. */
export type Operation = Pick<AnyTool, 'name' | 'access' | 'iamActions'>

/** The AWS requests of one tool call: sent only as the tool declared them, and remembered for receipt and audit. */
export interface AwsCalls {
  /** Fixes account, role and region of every request of this call. */
  aim(grant: Grant, aim: Aim, roleName: RoleName): AwsTarget
  send(operation: Operation, request: AwsRequest, signal: AbortSignal): Promise<unknown>
  receipt(of: { operation: Operation; target: AwsTarget; decisionId: string }): Receipt
  /** For the audit record; undefined where AWS was not asked. */
  evidence(): AwsEvidence | undefined
}

export interface AwsEvidence {
  readonly target: AwsTarget
  readonly sessionName: string
  readonly actions: readonly string[]
  readonly requestIds: readonly string[]
  readonly attempts: number
}

/** Starts the list of one call's AWS requests. */
export const awsCalls = (access: AwsAccess): AwsCalls => {
  let fixed: AwsTarget | undefined
  let attempts = 0
  const actions = new Set<string>()
  const requestIds: string[] = []
  return {
    aim(grant, { granted, region }, roleName) {
      const role = granted.roles[roleName]
      if (!role) throw new GatewayError('no_role', 'You have no role for this in that account.')
      const { tenant, principal } = grant
      fixed = { tenant, principal, account: granted.account, roleName, role, region }
      return fixed
    },
    async send(operation, request, signal) {
      const action = iamActionOf(request.service, request.operation, request.input)
      if (!fixed || !operation.iamActions.includes(action)) {
        throw new Error(`${operation.name} does not declare ${action}`)
      }
      actions.add(action)
      try {
        const { output, requestId, attempts: made } = await access.send(fixed, request, signal)
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
        region: target.region,
        action: actions.size > 0 ? [...actions].join(', ') : 'none',
        class: operation.access,
        ...(requestId !== undefined && { requestId }),
        decisionId,
      }
    },
    evidence() {
      if (!fixed || actions.size === 0) return undefined
      const sessionName = access.sessionName(fixed)
      return { target: fixed, sessionName, actions: [...actions], requestIds: [...requestIds], attempts }
    },
  }
}

/** ARN of the role, or `profile/NAME` for the operator's own profile. */
export const roleText = ({ role, tenant }: Pick<AwsTarget, 'role' | 'tenant'>): string =>
  role === 'profile' ? `profile/${tenant.authentication?.profile ?? ''}` : role.roleArn
