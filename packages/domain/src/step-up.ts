import { GatewayError } from './errors.ts'
import { grantOf, scopeOfRole } from './grant.ts'
import { type Decision, decide, type Question, roleForClass } from './policy.ts'
import { type Scope, scopes } from './principal.ts'

/**
 * The refusal of a call that the policy denies. Where the caller could have a scope by which it would pass, it asks for that
 * (step-up) and for nothing else; where no sign-in would help, it says why not, so that nobody signs in for nothing.
 */
export const refusalOf = (denied: Denied, question: Question): GatewayError => {
  const stepUp = stepUpOf(question)
  if (stepUp) {
    const { principal } = question.grant
    const missing = stepUp.filter((scope) => !principal.scopes.includes(scope)).join(' and ')
    const text = `This takes scope ${missing}, which your sign-in does not have. Sign in again with ${missing}.`
    return new GatewayError('insufficient_scope', text, { details: { stepUp } })
  }
  const { reach } = question.grant
  const atMost = reach ? decide(askedOf(reach, question)) : denied
  const { denials } = atMost.effect === 'deny' ? atMost : denied
  return new GatewayError(denials[0].code, denials.map(({ reason }) => reason).join(' '))
}

type Denied = Extract<Decision, { effect: 'deny' }>

/** The scopes to sign in for, those that the caller has among them; undefined where none that it can get would do. */
const stepUpOf = (question: Question): readonly Scope[] | undefined => {
  const { grant, tool } = question
  const { reach, principal, tenant } = grant
  if (!reach) return undefined
  const all = reach.principal.scopes
  const needed = scopeOfRole[roleForClass[tool.access]]
  const least = scopes.filter((scope) => scope === needed || principal.scopes.includes(scope))
  const passes = (held: readonly Scope[]): boolean =>
    held.every((scope) => all.includes(scope)) &&
    decide(askedOf(grantOf({ ...reach.principal, scopes: held }, tenant), question)).effect === 'allow'
  return [least, all].find(passes)
}

/** The same question, asked by another grant of the same tenant. */
const askedOf = (grant: Question['grant'], question: Question): Question => {
  const alias = question.account?.account.alias
  const account = grant.accounts.find((each) => each.account.alias === alias)
  return { ...question, grant, ...(account && { account }) }
}
