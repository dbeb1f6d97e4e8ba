import {
  type AwsAccess,
  type AwsBudget,
  type AwsResponse,
  type AwsTarget,
  type Measured,
  type RoleProber,
  roleText,
} from '@gateway/domain'
import { cancelled, untilAborted } from './abort.ts'
import { allowanceOf, whileAwayOf } from './allowance.ts'
import { inSpan } from './attempt-span.ts'
import { attempt } from './attempts.ts'
import { sessionNameOf, sessionTagsOf, sourceIdentityOf } from './attribution.ts'
import { faultOf } from './aws-fault.ts'
import { bucketOf, bucketOfActions, onlyLooks } from './aws-rates.ts'
import { withBucketOwner } from './bucket-owner.ts'
import { createClients } from './clients.ts'
import type { GatewayCredentials } from './gateway-credentials.ts'
import { withKeptSimulations } from './kept-simulations.ts'
import type { OnFault } from './on-fault.ts'
import type { ProfileRole } from './profile-role.ts'
import { createRoleProber } from './role-prober.ts'
import { loadService, type SdkOutput } from './service-modules.ts'
import type { Session } from './session.ts'
import { createSessions } from './sessions.ts'
import { createTransport } from './transport.ts'
import { createTurns } from './turns.ts'

export interface AwsAccessOptions {
  /** Milliseconds since the epoch. */
  now(): number
  /** Names the gateway in the CloudTrail of every account, as `mcp-gw/<version>`. */
  readonly userAgent: string
  /** A test backend of the operator, for every service; absent means AWS. */
  readonly endpoint?: string
  readonly gatewayCredentials: GatewayCredentials
  /** The one role that a person's own profile assumes for its calls; absent means the profile's own credentials. */
  readonly profileRole?: ProfileRole
  /**
   * Whether tenants with an `authentication` block may run as whoever this process is, by a profile or by what the SDK
   * finds: for a person at their own machine only. Absent means no, for in the hosted gateway that is the gateway.
   */
  readonly ownCredentials?: boolean
  readonly maxSessions?: number
  readonly onFault?: OnFault
  /** What every attempt is taken from; absent means that nothing but AWS limits, as for a person at their own machine. */
  readonly budget?: AwsBudget
  /** Hears of attempts, assumed roles and what is remembered; absent where nobody counts. */
  readonly measured?: Measured | undefined
  /**
   * Throws a `GatewayError` where the tenant, account or role of a target is not in force any more: asked before every
   * attempt, as `goesOn` of the target is, so that a call that still holds a removed tenant sends nothing more.
   */
  inForce?(target: AwsTarget): Promise<void> | void
}

/** The one way to AWS: sessions of each caller in each account, and the clients that sign with them. */
export const createAwsAccess = (
  options: AwsAccessOptions,
): AwsAccess & { readonly prober: RoleProber; close(): void } => {
  const { now, userAgent, endpoint, gatewayCredentials, profileRole, budget, measured } = options
  const { ownCredentials = false, maxSessions = 5_000, onFault = () => {} } = options
  const transport = createTransport()
  const turns = createTurns(requestsPerHost)
  const clients = createClients({
    transport,
    userAgent,
    endpoint,
    gatewayCredentials,
    maxClients: maxSessions,
    measured,
  })
  const sessions = createSessions({
    clients,
    endpoint,
    ownCredentials,
    profileRole,
    budget,
    maxSessions,
    measured,
    now,
    onFault,
  })

  const send: AwsAccess['send'] = async (target, request, signal) => {
    const { tenant, principal, account, region } = target
    // Never so in the line above; if it ever were, one tenant's caller would act in another's account.
    if (principal.tenantId !== tenant.id) throw new Error('the caller is not of the tenant of the target')
    const action = `${request.service}:${request.operation}`
    const module = await loadService(request.service)
    const input = withBucketOwner(request.service, request.input, account.accountId)
    const { timeout, retryCount } = tenant.operations
    const bucket = bucketOf(target, request)
    const repeatable = onlyLooks(target, request.operation)
    const allowance = allowanceOf({
      budget,
      bucket,
      how: whileAwayOf(target),
      patient: repeatable,
      signal,
      onFault,
    })
    const secrets = new Set<string>()
    let session: Session | undefined

    const stillInForce = async () => {
      for (const ask of [options.inForce, target.goesOn]) {
        const asked = ask?.(target)
        if (asked) await untilAborted(asked, signal)
      }
    }
    const ready = async () => {
      const command = module.command(request.operation, input)
      await stillInForce()
      session = await untilAborted(sessions.of(target), signal)
      await allowance.take()
      const leave = await turns.take(`${tenant.id} ${endpoint ?? `${request.service} ${region}`}`, signal)
      try {
        // Once more, for opening the session and waiting for budget and place may have taken seconds.
        await stillInForce()
        for (const secret of Object.values(session.credentials())) secrets.add(secret)
        const client = clients.of(module, { session, tenantId: tenant.id, region })
        const options = { abortSignal: signal, requestTimeout: timeout }
        const traced = { parent: target.span, service: request.service, operation: request.operation, region }
        return () => inSpan(traced, command, () => client.send(command, options)).finally(leave)
      } catch (thrown) {
        leave()
        throw thrown
      }
    }

    try {
      signal.throwIfAborted()
      const { answer, attempts } = await attempt(ready, {
        retries: retryCount,
        repeatable,
        signal,
        throttled: allowance.throttled,
        tried: (outcome, ms) => measured?.({ of: 'aws', service: request.service, outcome, ms }),
        expired: () => session && sessions.drop(target, session),
        faultOf: (thrown, about) => faultOf(thrown, { action, secrets: [...secrets], ...about }),
      })
      return responseOf(answer, attempts)
    } catch (thrown) {
      throw signal.aborted ? cancelled(signal, target, action) : thrown
    }
  }

  const simulations = withKeptSimulations(send, { now })
  return {
    send: simulations.send,
    sessionName(target: AwsTarget) {
      if (target.role === 'profile') return roleText(target)
      return target.tenant.authentication && profileRole ? profileRole.sessionName : sessionNameOf(target)
    },
    ...(budget && { bucketOf: bucketOfActions }),
    sessionFacts(target) {
      if (target.role === 'profile') return undefined
      const tags = sessionTagsOf(target).map(({ Key, Value }) => [Key, Value])
      return { sourceIdentity: sourceIdentityOf(target.principal), tags: Object.fromEntries(tags) }
    },
    prober: createRoleProber({ clients, budget, now, onFault }),
    forget(tenantId) {
      sessions.forget(tenantId)
      clients.forget(tenantId)
      simulations.forget(tenantId)
    },
    close() {
      sessions.clear()
      clients.clear()
      transport.destroy()
    },
  }
}

/**
 * Requests of one tenant to one host of AWS that wait for their answers at the same time, here in this process: its
 * sockets are of all tenants, and those of one whose requests hang must not be in the way of the others. Further ones
 * wait within the deadline of their call.
 */
const requestsPerHost = 100

const responseOf = ({ $metadata: { requestId }, ...output }: SdkOutput, attempts: number): AwsResponse => ({
  output,
  ...(requestId !== undefined && { requestId }),
  attempts,
})
