import { readPolicy, type Statement } from './policy-document.ts'
import type { Caller } from './trust-verdict.ts'

/** Whose a key is that is known from the start. */
export interface Principal {
  /** IAM role or user. */
  readonly arn: string
  /** Its identity policy, as JSON. */
  readonly policy: string
}

/**
 * The callers that principals are, by access key id; one that is given by its ARN alone has the policy that the gateway
 * should have. Throws `PolicyFault`.
 */
export const callersOf = (
  principals: Readonly<Record<string, string | Principal>>,
): Readonly<Record<string, Caller>> =>
  Object.fromEntries(
    Object.entries(principals).map(([key, given]) => {
      const { arn, policy } =
        typeof given === 'string' ? { arn: given, policy: policyOfGateway(given) } : given
      return [key, callerOf(arn, readPolicy(policy, 'identity'))]
    }),
  )

/** A principal as its requests show it: the key of a role is that of a session of it. */
export const callerOf = (arn: string, identity: readonly Statement[]): Caller => {
  const [, partition, , , account = ''] = arn.split(':')
  const [, role] = /:role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  const sessionArn =
    role === undefined ? arn : `arn:${partition}:sts::${account}:assumed-role/${role}/stand-in`
  return { arn, sessionArn, account, tags: new Map(), identity }
}

/** The roles of tenants by their names, and nothing else: no role that happens to trust the gateway's account. */
const policyOfGateway = (arn: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Resource: `arn:${arn.split(':')[1]}:iam::*:role/mcp-gateway-*`,
    },
  })
