import { type AssumeRoleInput, actionsOf } from './assume-role-input.ts'
import { type Context, NotJudged } from './condition.ts'
import { evaluate } from './evaluate.ts'
import { PolicyFault, readPolicy, type Statement } from './policy-document.ts'
import { principalTags } from './session-context.ts'
import { whyDenied } from './session-verdict.ts'

/** Who asks for a role. */
export interface Caller {
  /** IAM role of the caller, or the user. */
  readonly arn: string
  /** As whom its requests are signed; equals `arn` for a user. */
  readonly sessionArn: string
  readonly account: string
  /** Tags of its session. */
  readonly tags: ReadonlyMap<string, string>
  /** Statements of its own policies; `judged` for a session, whose policies have allowed the request before. */
  readonly identity: readonly Statement[] | 'judged'
}

/** The first action of an AssumeRole request that the caller's own policies refuse to it, and why, in the words of AWS. */
export const refusedByOwnPolicies = (
  caller: Caller,
  input: AssumeRoleInput,
  region: string,
): { readonly action: string; readonly why: string } | undefined => {
  const { identity } = caller
  if (identity === 'judged') return undefined
  const context = contextOf(caller, input, region)
  for (const action of actionsOf(input)) {
    const why = whyDenied({ identity }, { action, resource: input.roleArn, context })
    if (why !== undefined) return { action, why }
  }
  return undefined
}

/**
 * The first of the actions of an AssumeRole request that the role's trust policy refuses to the caller, if it refuses one.
 * All three see the same condition keys (not verified against AWS: whether it shows `sts:ExternalId` to sts:TagSession).
 */
export const refusedByTrust = (
  trust: string,
  caller: Caller,
  input: AssumeRoleInput,
  region: string,
): string | undefined => {
  const statements = statementsOf(trust)
  const { account, arn, sessionArn } = caller
  const names = [account, `arn:${arn.split(':')[1]}:iam::${account}:root`, arn, sessionArn]
  const context = contextOf(caller, input, region)
  return actionsOf(input).find((action) => {
    try {
      return evaluate(statements, { action, resource: '*', caller: names, context }) !== 'allowed'
    } catch (thrown) {
      if (thrown instanceof NotJudged) return true
      throw thrown
    }
  })
}

/** A trust policy that cannot be read trusts nobody. */
const statementsOf = (trust: string): readonly Statement[] => {
  try {
    return readPolicy(trust, 'trust')
  } catch (thrown) {
    if (thrown instanceof PolicyFault) return []
    throw thrown
  }
}

const contextOf = (caller: Caller, input: AssumeRoleInput, region: string): Context =>
  new Map([
    ['sts:externalid', one(input.externalId)],
    ['sts:rolesessionname', [input.sessionName]],
    ['sts:sourceidentity', one(input.sourceIdentity)],
    ['aws:tagkeys', [...input.tags.keys()]],
    ...[...input.tags].map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, [value]] as const),
    ['aws:requesttag/*', []],
    ['aws:requestedregion', [region]],
    ['aws:resourceaccount', [input.account]],
    ['aws:principalarn', [caller.arn]],
    ['aws:principalaccount', [caller.account]],
    ...principalTags(caller.tags),
  ])

const one = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])
