import { PolicyFault, readPolicy, type Statement } from './policy-document.ts'
import { textOf, textsOf } from './xml.ts'

/** A role as IAM has it at the moment. */
export interface IamRole {
  readonly arn: string
  /** Another one where the role was deleted and made again. */
  readonly id: string
  /** JSON. */
  readonly trust: string
  readonly maxSessionSeconds: number
  readonly identity: readonly Statement[]
  readonly boundary?: readonly Statement[]
}

/** Reads roles and managed policies from the stand-in, and remembers them for a moment. */
export interface IamReader {
  /** Undefined where there is no role of exactly this ARN. */
  role(arn: string): Promise<IamRole | undefined>
  /** Undefined where there is no such policy; `account` asks, since AWS's own policies belong to none. */
  managedPolicy(arn: string, account: string): Promise<readonly Statement[] | undefined>
  forget(): void
}

const keepMs = 1000
const limitMs = 10_000

/** Reads from the stand-in at `upstream`. Rejects when that does not answer. */
export const createIamReader = (upstream: string, now: () => number): IamReader => {
  const kept = new Map<string, { readonly until: number; readonly value: Promise<unknown> }>()
  const remembered = <Value>(key: string, read: () => Promise<Value>): Promise<Value> => {
    const found = kept.get(key)
    if (found && found.until > now()) return found.value as Promise<Value>
    const value = read()
    kept.set(key, { until: now() + keepMs, value })
    value.catch(() => kept.delete(key))
    return value
  }
  const ask = (account: string, partition: string, parameters: Record<string, string>) =>
    askIam(upstream, account, partition, parameters)

  const managedPolicy = (arn: string, account: string) =>
    remembered(`${account} ${arn}`, async () => {
      const partition = arn.split(':')[1] ?? ''
      const policy = await ask(account, partition, { Action: 'GetPolicy', PolicyArn: arn })
      const VersionId = policy && textOf(policy, 'DefaultVersionId')
      if (!VersionId) return undefined
      const version = { Action: 'GetPolicyVersion', PolicyArn: arn, VersionId }
      return statementsIn((await ask(account, partition, version)) ?? '', 'Document')
    })

  const readRole = async (arn: string): Promise<IamRole | undefined> => {
    const [, partition = '', , , account = ''] = arn.split(':')
    const RoleName = arn.slice(arn.lastIndexOf('/') + 1)
    const asked = (Action: string, more = {}) => ask(account, partition, { Action, RoleName, ...more })
    const [role, inline, attached] = await Promise.all(
      ['GetRole', 'ListRolePolicies', 'ListAttachedRolePolicies'].map((action) => asked(action)),
    )
    if (role === undefined || textOf(role, 'Arn') !== arn) return undefined
    const boundaryArn = textOf(role, 'PermissionsBoundaryArn')
    const policies = await Promise.all([
      ...textsOf(inline ?? '', 'member').map(async (PolicyName) =>
        statementsIn((await asked('GetRolePolicy', { PolicyName })) ?? '', 'PolicyDocument'),
      ),
      ...textsOf(attached ?? '', 'PolicyArn').map((each) => managedPolicy(each, account)),
    ])
    return {
      arn,
      id: textOf(role, 'RoleId') ?? '',
      trust: decodeURIComponent(textOf(role, 'AssumeRolePolicyDocument') ?? ''),
      maxSessionSeconds: Number(textOf(role, 'MaxSessionDuration')) || 3600,
      identity: policies.flatMap((statements) => statements ?? []),
      // A boundary that does not exist allows nothing.
      ...(boundaryArn !== undefined && { boundary: (await managedPolicy(boundaryArn, account)) ?? [] }),
    }
  }

  return {
    role: (arn) => remembered(arn, () => readRole(arn)),
    managedPolicy,
    forget: () => kept.clear(),
  }
}

const statementsIn = (xml: string, tag: string): readonly Statement[] => {
  try {
    return readPolicy(decodeURIComponent(textOf(xml, tag) ?? ''), 'identity')
  } catch (thrown) {
    if (!(thrown instanceof PolicyFault)) throw thrown
    // moto takes policies that AWS would not: such a one denies everything, so that somebody looks.
    const all = { not: false, patterns: ['*'] }
    return [{ effect: 'Deny', actions: all, resources: all, conditions: [] }]
  }
}

/** The answer, or undefined where the thing does not exist. */
const askIam = async (
  upstream: string,
  account: string,
  partition: string,
  parameters: Record<string, string>,
): Promise<string | undefined> => {
  const region = { 'aws-cn': 'cn-north-1', 'aws-us-gov': 'us-gov-west-1' }[partition] ?? 'us-east-1'
  const answer = await fetch(upstream, {
    method: 'POST',
    headers: {
      'x-moto-account-id': account,
      authorization: `AWS4-HMAC-SHA256 Credential=judge/20260101/${region}/iam/aws4_request`,
    },
    body: new URLSearchParams({ Version: '2010-05-08', ...parameters }),
    signal: AbortSignal.timeout(limitMs),
  })
  const xml = await answer.text()
  if (answer.ok) return xml
  if (xml.includes('NoSuchEntity')) return undefined
  throw new Error(`the AWS stand-in answered ${parameters.Action} with ${answer.status}`)
}
