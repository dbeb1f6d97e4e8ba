import type { AwsRequest } from './aws.ts'
import type { BoundaryReads } from './boundary-reads.ts'
import type { CallDependencies } from './call-dependencies.ts'
import { callPolicy } from './call-policy.ts'
import { pagesFor } from './confirmation/by-page.ts'
import type { CostGuard, MicroUsd } from './cost.ts'
import { GatewayError } from './errors.ts'
import type { Grant, GrantedAccount } from './grant.ts'
import type { PolicyDocument } from './iam/policy-document.ts'
import { type Question, roleForClass } from './policy.ts'
import type { Spending } from './spending.ts'
import type { Stop } from './stops.ts'
import type { OperationClass } from './tool.ts'

/** What the policy would know of a call that nobody has made yet, for those who want to know what it would say. */
export interface Outlook {
  stops(): Promise<readonly Stop[]>
  /** A request as the policy would see it. */
  factsOf(
    request: AwsRequest,
    as: { readonly account: GrantedAccount; readonly access: OperationClass; readonly region: string },
  ): Pick<Question, 'requests' | 'passes'>
  /** The document behind the tenant's permission boundary; undefined where it names none. Rejects with `boundary_unknown`. */
  boundary(account: GrantedAccount, region: string): Promise<PolicyDocument | undefined>
  /** Absent where nothing is estimated. */
  readonly costs?: CostGuard
  /** Of today's budget; undefined where the tenant has none, and where nobody can tell just now, since no read fails for it. */
  budgetLeft(): Promise<MicroUsd | undefined>
  /** Whether people of the tenant can sign in to a page and approve there. */
  readonly hasPages: boolean
}

export const outlookOf = (
  deps: CallDependencies,
  of: {
    readonly grant: Grant
    readonly spending: Spending
    readonly signal: AbortSignal
    readonly boundaryReads: BoundaryReads
  },
): Outlook => {
  const { grant, spending, signal, boundaryReads } = of
  return {
    stops: async () => (await deps.stops?.inForce({ whileAway: 'local' })) ?? [],
    factsOf(request, { account, access, region }) {
      const role = account.roles[roleForClass[access]] ?? 'profile'
      const { accountId } = account.account
      const question: Question = { grant, tool: { access, iamActions: [] } }
      const maker = { grant, accountId, role, now: deps.now() }
      return callPolicy({ question, actions: deps.actions, maker }).factsOf(request, region)
    },
    async boundary(granted, region) {
      const role = granted.roles.read
      if (grant.tenant.permissions.permissionBoundary === undefined || !role || role === 'profile')
        return undefined
      const { tenant, principal } = grant
      const { account } = granted
      const target = { tenant, principal, account, roleName: 'read', role, region, boundaryReads } as const
      return deps.boundaries?.of(target, signal)
    },
    ...(deps.costs && { costs: deps.costs }),
    budgetLeft: () => spending.left().catch(nobodyCanTell),
    hasPages: pagesFor(deps.pages, grant) !== undefined,
  }
}

const nobodyCanTell = (thrown: unknown): undefined => {
  if (!(thrown instanceof GatewayError) || thrown.code !== 'unavailable') throw thrown
}
