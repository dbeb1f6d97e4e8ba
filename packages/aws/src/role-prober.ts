import {
  type AwsBudget,
  GatewayError,
  type ProbeAttempt,
  type ProbedRole,
  type ProbedSession,
  type RoleProber,
} from '@gateway/domain'
import { untilAborted } from './abort.ts'
import { allowanceOf } from './allowance.ts'
import { type AssumedRole, isSessionOf, keysOf } from './assumed-role.ts'
import { attempt } from './attempts.ts'
import { sessionNameOf, sessionTagsOf } from './attribution.ts'
import { faultOf, shortCodeOf } from './aws-fault.ts'
import { assumeRoleBucketOf } from './aws-rates.ts'
import type { Clients } from './clients.ts'
import type { OnFault } from './on-fault.ts'
import { loadService, type SdkOutput } from './service-modules.ts'
import { type Session, sessionOf } from './session.ts'

export interface RoleProberOptions {
  readonly clients: Pick<Clients, 'gatewaySts' | 'once'>
  readonly budget?: AwsBudget | undefined
  now(): number
  readonly onFault: OnFault
  /** Milliseconds that AWS has for one answer. */
  readonly timeout?: number
}

/**
 * Tries roles out as the gateway itself (STS API, AssumeRole), each time anew. Only `AccessDenied` is a refusal: what
 * AWS says when it throttles, fails or is silent must neither accept a role nor reject it. Not verified against AWS.
 */
export const createRoleProber = (options: RoleProberOptions): RoleProber => {
  const { clients, budget, now, onFault, timeout = 5_000 } = options

  /** One request, sent again once where that may help. */
  const ask = async <Answer>(
    probed: ProbedRole,
    action: string,
    send: (options: SendOptions) => Promise<Answer>,
  ): Promise<{ answer: Answer } | { code: string; fault: Error }> => {
    const signal = AbortSignal.timeout(timeout * 2)
    const bucket = assumeRoleBucketOf(probed.tenant, probed.account.defaultRegion)
    const allowance = allowanceOf({ budget, bucket, patient: true, signal, onFault })
    let code = 'Unknown'
    const ready = async () => {
      await allowance.take()
      return () => untilAborted(send({ abortSignal: signal, requestTimeout: timeout }), signal)
    }
    try {
      return await attempt(ready, {
        retries: 1,
        repeatable: true,
        signal,
        throttled: allowance.throttled,
        faultOf(thrown, about) {
          code = shortCodeOf(thrown)
          return faultOf(thrown, { action, ...about })
        },
      })
    } catch (thrown) {
      const fault = thrown instanceof Error ? thrown : new Error('not an error')
      return { code: code === 'Unknown' && fault instanceof GatewayError ? fault.code : code, fault }
    }
  }

  const sessionFor = (probed: ProbedRole, session: Session): ProbedSession => {
    const { account } = probed
    const send = async (service: string, operation: string, input: object) => {
      const module = await loadService(service)
      const client = clients.once(module, { session, region: account.defaultRegion })
      return ask<SdkOutput>(probed, `${service}:${operation}`, (sendOptions) =>
        client.send(module.command(operation, input), sendOptions),
      )
    }
    return {
      async identity() {
        const asked = await send('sts', 'GetCallerIdentity', {})
        if ('fault' in asked) throw asked.fault
        const { Account, Arn } = asked.answer
        if (typeof Account !== 'string' || typeof Arn !== 'string') {
          throw new GatewayError('aws_unreachable', 'AWS answered GetCallerIdentity without an account.')
        }
        return { accountId: Account, arn: Arn }
      },
      async mayWrite() {
        // It takes no parameter that could be wrong, costs nothing where a stand-in of AWS ignores `DryRun`, and a dry
        // run that is let through is answered with an error (EC2 API, CreateInternetGateway).
        const asked = await send('ec2', 'CreateInternetGateway', { DryRun: true })
        if (!('fault' in asked) || asked.code === 'DryRunOperation') return 'allowed'
        return refused.has(asked.code) ? 'denied' : 'unknown'
      },
    }
  }

  return {
    async assume(probed, { externalId, attributed }) {
      const { account, role } = probed
      if (role.roleArn.split(':')[4] !== account.accountId)
        return { outcome: 'unknown', code: 'WrongAccount' }
      const { module, client } = await clients.gatewaySts(account.defaultRegion)
      const input = inputOf(probed, { attributed, ...(externalId !== undefined && { externalId }) })
      const asked = await ask<AssumedRole>(probed, 'sts:AssumeRole', (sendOptions) =>
        client.send(module.command('AssumeRole', input), sendOptions),
      )
      if ('fault' in asked) {
        const { code } = asked
        return accessDenied.has(code) ? { outcome: 'denied', code } : { outcome: 'unknown', code }
      }
      if (!isSessionOf(asked.answer, role.roleArn, input.RoleSessionName)) {
        onFault(
          { tenant: probed.tenant.id, account: account.alias, roleArn: role.roleArn },
          'ALARM: credentials of another account or role',
        )
        return { outcome: 'unknown', code: 'WrongRole' }
      }
      try {
        const session = sessionOf('role', keysOf(asked.answer), now() + lifetime * 1000)
        return { outcome: 'assumed', session: sessionFor(probed, session) }
      } catch {
        return { outcome: 'unknown', code: 'NoCredentials' }
      }
    },
  }
}

type SendOptions = { readonly abortSignal: AbortSignal; readonly requestTimeout: number }

/** As every call does it, but for nobody: the account's CloudTrail shows a verification by the gateway. */
const inputOf = ({ tenant, role }: ProbedRole, { externalId, attributed }: ProbeAttempt) => {
  const by = { tenant, principal: { id: 'verification', client: 'verification' } }
  return {
    RoleArn: role.roleArn,
    RoleSessionName: sessionNameOf(by),
    DurationSeconds: lifetime,
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(attributed && { SourceIdentity: 'mcp-gateway', Tags: sessionTagsOf({ ...by, callId: 'probe' }) }),
  }
}

/** Seconds; AWS gives no less. */
const lifetime = 900
const accessDenied: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException'])
const refused: ReadonlySet<string> = new Set([...accessDenied, 'UnauthorizedOperation'])
