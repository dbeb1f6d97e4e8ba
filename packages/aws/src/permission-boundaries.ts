import { createHash } from 'node:crypto'
import {
  type AwsAccess,
  type AwsTarget,
  GatewayError,
  type Measured,
  type PermissionBoundaries,
  type PolicyDocument,
} from '@gateway/domain'
import { cancelled, untilAborted } from './abort.ts'
import { BoundaryFault, boundaryDocument } from './boundary-document.ts'
import { createKeptAnswers } from './kept-answers.ts'

export interface PermissionBoundariesOptions {
  readonly aws: Pick<AwsAccess, 'send'>
  /** Milliseconds since the epoch. */
  now(): number
  /** Boundaries that are remembered, of one tenant a quarter of them. */
  readonly max?: number
  readonly measured?: Measured | undefined
}

const minute = 60_000

/** Milliseconds for both requests with their retries. */
const patience = 15_000

/**
 * Reads boundaries with the tenant's own read role in the account of the call, in a session that may do nothing else. One is
 * remembered for five minutes, and may stand in for one that cannot be read until it is ten minutes old; never for one that AWS
 * refuses to show or that is gone.
 */
export const createPermissionBoundaries = ({
  aws,
  measured,
  now,
  max = 1_000,
}: PermissionBoundariesOptions): PermissionBoundaries & { forget(tenantId: string): void } => {
  const kept = createKeptAnswers<Boundary>({
    max,
    freshFor: 5 * minute,
    staleFor: 10 * minute,
    failureFor: 15_000,
    now,
    passes,
    looked: (hit) => measured?.({ of: 'cache', name: 'boundaries', hit }),
  })
  return {
    async of(target, signal) {
      const { tenant, account } = target
      const arn = tenant.permissions.permissionBoundary
      if (arn === undefined) return undefined
      const key = `${account.accountId} ${arn}`
      const read = (last: Boundary | undefined) => readBoundary(aws, { target, arn, last })
      try {
        signal.throwIfAborted()
        const { document } = await untilAborted(kept.get({ tenantId: tenant.id, key }, read), signal)
        return document
      } catch (thrown) {
        throw signal.aborted ? cancelled(signal, target, 'iam:GetPolicy') : unknownBoundary(thrown, target)
      }
    },
    forget: (tenantId) => kept.forget(tenantId),
  }
}

interface Boundary {
  readonly encoded: unknown
  readonly document: PolicyDocument
}

/** For all who wait, so no caller's signal ends it. */
const readBoundary = async (
  aws: Pick<AwsAccess, 'send'>,
  of: { readonly target: AwsTarget; readonly arn: string; readonly last: Boundary | undefined },
): Promise<Boundary> => {
  const { arn, last } = of
  const target = readerOf(of.target, arn)
  const signal = AbortSignal.timeout(patience)
  const ask = async (operation: string, input: object) => {
    const ended = of.target.boundaryReads?.begin(target, `iam:${operation}`)
    const { output, requestId, attempts } = await aws
      .send(target, { service: 'iam', operation, input }, signal)
      .catch((thrown: unknown) => {
        const failed = thrown instanceof GatewayError ? thrown.details.aws : undefined
        ended?.({ requestId: failed?.requestId, attempts: failed?.attempts ?? 1, errorCode: failed?.code })
        throw thrown
      })
    ended?.({ requestId, attempts })
    return output as {
      readonly Policy?: { readonly Arn?: string; readonly DefaultVersionId?: string }
      readonly PolicyVersion?: { readonly Document?: string }
    }
  }
  const { Policy } = await ask('GetPolicy', { PolicyArn: arn })
  if (Policy?.Arn !== arn || Policy.DefaultVersionId === undefined)
    throw new BoundaryFault('is not what AWS answered to iam:GetPolicy. Try again.')
  const version = { PolicyArn: arn, VersionId: Policy.DefaultVersionId }
  const { PolicyVersion } = await ask('GetPolicyVersion', version)
  const encoded = PolicyVersion?.Document
  // The same object for the same text, since whoever evaluates it remembers what he made of it.
  return last && last.encoded === encoded ? last : { encoded, document: boundaryDocument(encoded) }
}

/** The reader of a boundary: not bounded by it, for it need not allow that it is read. */
const readerOf = (target: AwsTarget, arn: string): AwsTarget => {
  const { tenant, principal, account } = target
  const at = { tenant, principal, account, roleName: 'read', region: account.defaultRegion } as const
  if (target.role === 'profile') return { ...at, role: 'profile' }
  // A person's own profile assumes one role, whatever it is called.
  const role = tenant.authentication ? target.role : account.roles.read
  if (!role || role.blocked !== undefined)
    throw new BoundaryFault(
      `is read with the read role of account ${account.alias}, which ${role ? 'may not be used now' : 'has none'}. Add one, or have it verified.`,
    )
  const statement = { Effect: 'Allow', Action: ['iam:GetPolicy', 'iam:GetPolicyVersion'], Resource: arn }
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const hash = createHash('sha256').update(document).digest('base64url')
  return { ...at, role, sessionPolicy: { document, arns: [], hash } }
}

/** AWS's answers about this policy count; that nobody answers, or answers something else, says nothing of it. */
const passes = (thrown: unknown): boolean => {
  if (thrown instanceof BoundaryFault || !(thrown instanceof GatewayError)) return false
  const { code, details } = thrown
  if (code === 'aws_error') return (details.aws?.httpStatus ?? 0) >= 500 || isThrottled(thrown)
  return ['aws_unreachable', 'rate_limited', 'timeout', 'unavailable'].includes(code)
}

const isThrottled = ({ details }: GatewayError): boolean =>
  details.retryAfterSeconds !== undefined || /Throttl|TooManyRequests/.test(details.aws?.code ?? '')

const unknownBoundary = (thrown: unknown, { tenant, account }: AwsTarget): GatewayError => {
  if (thrown instanceof GatewayError && thrown.code === 'tenant_suspended') return thrown
  const arn = tenant.permissions.permissionBoundary
  const { aws, retryAfterSeconds } = thrown instanceof GatewayError ? thrown.details : {}
  return new GatewayError(
    'boundary_unknown',
    `The permission boundary of tenant ${tenant.id} has to be known before anything is sent, so nothing was. ${arn} ${whyUnknown(thrown, account.accountId)}`,
    {
      details: { ...(aws && { aws }), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) },
      cause: thrown,
    },
  )
}

const whyUnknown = (thrown: unknown, accountId: string): string => {
  if (thrown instanceof BoundaryFault) return thrown.message
  // Whose fault it is that there are no credentials, the gateway's or the role's, is said by whoever was refused them.
  if (thrown instanceof GatewayError && thrown.code === 'credentials_refused')
    return `cannot be read, for want of credentials to read it with. ${thrown.message}`
  const code = thrown instanceof GatewayError ? (thrown.details.aws?.code ?? thrown.code) : ''
  if (/^NoSuchEntity/.test(code))
    return `is not in account ${accountId}. Make it there, or correct permissions.permissionBoundary.`
  if (/^AccessDenied/.test(code))
    return `may not be read by the read role in account ${accountId}. That role, and the boundary itself where it is the role's own, must allow iam:GetPolicy and iam:GetPolicyVersion on it; the template of the account says so (aws-mcp tenant template).`
  return 'cannot be read just now. Try again; if it stays, tell the operator of the gateway.'
}
