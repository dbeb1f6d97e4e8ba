import { askedResource } from './arn-pattern.ts'
import {
  type AskedRequest,
  type CompiledStatement,
  compileStatement,
  type PolicyRequest,
  type StatementSource,
} from './compile-statement.ts'
import { askedWithin } from './pattern-within.ts'

export type { RequestPrincipal } from './compile-principal.ts'
export type { PolicyRequest } from './compile-statement.ts'

/** A document of IAM in its own shape: what `policyDocument` takes, and resource-based and trust policies beside. */
export interface PolicySource {
  /** AWS takes a document without one for 2008-10-17, in which `${…}` is no variable. */
  readonly Version?: string | undefined
  readonly Statement: readonly StatementSource[]
}

/** A policy made ready by `compilePolicy`. */
export interface CompiledPolicy {
  /** The statements that may apply to an action of this service (both in lower case), and perhaps more. */
  about(service: string): readonly CompiledStatement[]
}

/** What policies say. Statements have the name of their Sid, else of their place such as `Statement[3]`. */
export type PolicyVerdict =
  | {
      readonly effect: 'allow' | 'explicit-deny' | 'implicit-deny'
      /** Those that decided. */
      readonly statements: readonly string[]
    }
  | {
      readonly effect: 'undecided'
      /** Those that would decide. */
      readonly statements: readonly string[]
      /**
       * What is not known or cannot be read: condition keys as the policy writes them, `resource`, `principal`, or the name of
       * a condition operator.
       */
      readonly missing: readonly string[]
    }

/** Makes a policy ready for many decisions. Never throws for what `policyDocument` takes. */
export const compilePolicy = (document: PolicySource): CompiledPolicy => {
  const variables = document.Version === '2012-10-17'
  const statements = document.Statement.map((source, index) => compileStatement(source, { index, variables }))
  const ofAny = statements.filter(({ services }) => services === undefined)
  const named = new Set(statements.flatMap(({ services = [] }) => services))
  const byService = new Map(
    [...named].map((service) => [
      service,
      statements.filter(({ services }) => services === undefined || services.includes(service)),
    ]),
  )
  return { about: (service) => byService.get(service) ?? ofAny }
}

/**
 * What policies together say of a request (IAM User Guide, "Policy evaluation logic"): a Deny that applies wins, then an Allow,
 * and what nothing speaks of is denied. What is not known makes it `undecided` only where it would change the answer: callers
 * deny that, with the reason. Policies of other layers (a boundary, a session policy) are asked apart.
 */
export const evaluatePolicies = (
  policies: readonly CompiledPolicy[],
  request: PolicyRequest,
): PolicyVerdict => {
  const action = request.action.toLowerCase()
  const service = action.slice(0, Math.max(0, action.indexOf(':')))
  const { resource, within } = request
  const asked: AskedRequest = {
    action,
    resource: resource === undefined ? undefined : askedResource(resource),
    ...(resource === undefined && within !== undefined && { within: askedWithin(within) }),
    context: (key) => request.context(key),
    ...(request.principal && { principal: request.principal }),
  }
  const found: Findings = { denies: [], allows: [], maybeDenies: [], maybeAllows: [] }
  const missing = { Deny: [] as string[], Allow: [] as string[] }
  for (const policy of policies) {
    for (const statement of policy.about(service)) {
      const truth = statement.applies(asked)
      if (truth === false) continue
      const { effect, name } = statement
      if (truth === true) found[effect === 'Deny' ? 'denies' : 'allows'].push(name)
      else {
        found[effect === 'Deny' ? 'maybeDenies' : 'maybeAllows'].push(name)
        missing[effect].push(...truth.missing)
      }
    }
  }
  const { denies, allows, maybeDenies, maybeAllows } = found
  if (denies.length > 0) return { effect: 'explicit-deny', statements: denies }
  if (allows.length > 0 && maybeDenies.length === 0) return { effect: 'allow', statements: allows }
  if (allows.length > 0)
    return { effect: 'undecided', statements: maybeDenies, missing: distinct(missing.Deny) }
  // Without anything that allows, a Deny more or less is the same.
  if (maybeAllows.length === 0) return { effect: 'implicit-deny', statements: [] }
  return {
    effect: 'undecided',
    statements: [...maybeAllows, ...maybeDenies],
    missing: distinct([...missing.Allow, ...missing.Deny]),
  }
}

type Findings = Record<'denies' | 'allows' | 'maybeDenies' | 'maybeAllows', string[]>

/** Each key once, whatever its case, in the order of the alphabet. */
const distinct = (names: readonly string[]): readonly string[] => {
  const byKey = new Map(names.toSorted().map((name) => [name.toLowerCase(), name]))
  return [...byKey.keys()].toSorted().map((key) => byKey.get(key) ?? key)
}
