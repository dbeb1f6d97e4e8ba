import { type AwsAccess, type AwsResponse, type AwsTarget, roleText } from '@gateway/domain'
import { cancelled, untilAborted } from './abort.ts'
import { sessionNameOf } from './attribution.ts'
import { faultOf, isExpired } from './aws-fault.ts'
import { withBucketOwner } from './bucket-owner.ts'
import { createClients } from './clients.ts'
import type { GatewayCredentials } from './gateway-credentials.ts'
import type { OnFault } from './on-fault.ts'
import type { ProfileRole } from './profile-role.ts'
import { loadService, type SdkOutput } from './service-modules.ts'
import { createSessions } from './sessions.ts'
import { createTransport } from './transport.ts'

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
  readonly maxSessions?: number
  readonly onFault?: OnFault
}

/** The one way to AWS: sessions of each caller in each account, and the clients that sign with them. */
export const createAwsAccess = (options: AwsAccessOptions): AwsAccess & { close(): void } => {
  const { now, userAgent, endpoint, gatewayCredentials, profileRole } = options
  const { maxSessions = 5_000, onFault = () => {} } = options
  const transport = createTransport()
  const clients = createClients({
    transport,
    userAgent,
    endpoint,
    gatewayCredentials,
    maxClients: maxSessions,
  })
  const sessions = createSessions({ clients, endpoint, profileRole, maxSessions, now, onFault })

  const send: AwsAccess['send'] = async (target, request, signal) => {
    const { tenant, principal, account, region } = target
    // Never so in the line above; if it ever were, one tenant's caller would act in another's account.
    if (principal.tenantId !== tenant.id) throw new Error('the caller is not of the tenant of the target')
    const action = `${request.service}:${request.operation}`
    const module = await loadService(request.service)
    const input = withBucketOwner(request.service, request.input, account.accountId)
    const { timeout, retryCount } = tenant.operations

    const attempt = async (attemptsBefore: number): Promise<AwsResponse> => {
      const command = module.command(request.operation, input)
      const session = await untilAborted(sessions.of(target), signal)
      const client = clients.of(module, { session, tenantId: tenant.id, region, retryCount })
      try {
        const output = await client.send(command, { abortSignal: signal, requestTimeout: timeout })
        return responseOf(output, attemptsBefore)
      } catch (thrown) {
        if (isExpired(thrown)) sessions.drop(target, session)
        if (isExpired(thrown) && attemptsBefore === 0 && !signal.aborted) return attempt(1)
        throw faultOf(thrown, { action, secrets: Object.values(session.credentials()) })
      }
    }

    try {
      signal.throwIfAborted()
      return await attempt(0)
    } catch (thrown) {
      throw signal.aborted ? cancelled(signal, target, action) : thrown
    }
  }

  return {
    send,
    sessionName(target: AwsTarget) {
      if (target.role === 'profile') return roleText(target)
      return target.tenant.authentication && profileRole ? profileRole.sessionName : sessionNameOf(target)
    },
    close() {
      sessions.clear()
      clients.clear()
      transport.destroy()
    },
  }
}

const responseOf = ({ $metadata, ...output }: SdkOutput, attemptsBefore: number): AwsResponse => ({
  output,
  ...($metadata.requestId !== undefined && { requestId: $metadata.requestId }),
  attempts: attemptsBefore + ($metadata.attempts ?? 1),
})
