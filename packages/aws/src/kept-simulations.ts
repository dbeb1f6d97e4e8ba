import { type AwsRequest, type AwsResponse, type AwsTarget, GatewayError } from '@gateway/domain'
import { cancelled, untilAborted } from './abort.ts'
import { createKeptAnswers } from './kept-answers.ts'

type Send = (target: AwsTarget, request: AwsRequest, signal: AbortSignal) => Promise<AwsResponse>

/** Milliseconds: AWS documents no limit for simulations and throttles them early. */
const keptFor = 3_600_000
const patience = 20_000

/**
 * The same way to AWS, on which what IAM said of a role's policies (IAM API, SimulatePrincipalPolicy) is remembered for an hour, by
 * tenant, account, role that asks and all that was asked. Whoever asks has been allowed to before.
 */
export const withKeptSimulations = (
  send: Send,
  { now }: { now(): number },
): { send: Send; forget(tenantId: string): void } => {
  const kept = createKeptAnswers<AwsResponse>({
    max: 1_000,
    freshFor: keptFor,
    staleFor: keptFor,
    failureFor: 0,
    now,
    passes: (thrown) => thrown instanceof GatewayError && thrown.code !== 'aws_error',
  })
  return {
    async send(target, request, signal) {
      // A person's own credentials are not shared, and may be others at any time.
      if (
        request.service !== 'iam' ||
        request.operation !== 'SimulatePrincipalPolicy' ||
        target.role === 'profile'
      )
        return send(target, request, signal)
      const { tenant, account, role } = target
      const key = JSON.stringify([account.accountId, role.roleArn, request.input])
      signal.throwIfAborted()
      // For all who wait, so neither the signal of one caller ends it nor a stop.
      const { goesOn: _, ...shared } = target
      const ask = () => send(shared, request, AbortSignal.timeout(patience))
      try {
        return await untilAborted(kept.get({ tenantId: tenant.id, key }, ask), signal)
      } catch (thrown) {
        throw signal.aborted ? cancelled(signal, target, 'iam:SimulatePrincipalPolicy') : thrown
      }
    },
    forget: (tenantId) => kept.forget(tenantId),
  }
}
