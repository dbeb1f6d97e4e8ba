import type { RequestPrincipal } from '../compile-principal.ts'
import type { StatementSource } from '../compile-statement.ts'
import type { PolicySource } from '../evaluate-policy.ts'

/** One decision that the documentation of AWS settles. */
export interface PolicyCase {
  /** The page and section that settle it; of the IAM User Guide where it names no other. */
  readonly from: string
  readonly name: string
  readonly policies: readonly PolicySource[]
  readonly action: string
  /** Undefined where it is not known. */
  readonly resource: string | undefined
  /** Keys in lower case; one of undefined is not known, and one that is not here is absent from the request. */
  readonly context: Readonly<Record<string, readonly string[] | undefined>>
  readonly principal?: RequestPrincipal
  readonly expected: Expected
}

/** What follows `undecided:` is missing. */
type Expected = 'allow' | 'explicit-deny' | 'implicit-deny' | `undecided: ${string}`

/**
 * What is asked and what comes of it. `asked` is an action, and the resource after a space: without one AWS checks none, and
 * `?` is not known.
 */
type Ask = readonly [
  expected: Expected,
  name: string,
  asked: string,
  context?: Readonly<Record<string, string | readonly string[] | undefined>>,
  principal?: RequestPrincipal,
]

type Policies = StatementSource | readonly StatementSource[] | { readonly policies: readonly PolicySource[] }

/** Cases of one policy, whose statements are of version 2012-10-17, or of several. */
export const casesOf = (from: string, of: Policies, asks: readonly Ask[]): PolicyCase[] =>
  asks.map(([expected, name, asked, context = {}, principal]) => {
    const [action = '', resource = '*'] = asked.split(/ (.*)/s)
    return {
      from,
      name,
      policies: 'policies' in of ? of.policies : [policy(...[of].flat())],
      action,
      resource: resource === '?' ? undefined : resource,
      context: Object.fromEntries(
        Object.entries(context).map(([key, values]) => [
          key.toLowerCase(),
          values === undefined ? undefined : [values].flat(),
        ]),
      ),
      ...(principal && { principal }),
      expected,
    }
  })

/** A policy of version 2012-10-17. */
export const policy = (...statements: readonly StatementSource[]): PolicySource => ({
  Version: '2012-10-17',
  Statement: statements,
})

/** A statement that allows; everything unless it says what. */
export const allow = (rest: Partial<StatementSource> = {}): StatementSource => statement('Allow', rest)

/** A statement that denies; everything unless it says what. */
export const deny = (rest: Partial<StatementSource> = {}): StatementSource => statement('Deny', rest)

const statement = (Effect: 'Allow' | 'Deny', rest: Partial<StatementSource>): StatementSource => ({
  Effect,
  ...(rest.NotAction === undefined && { Action: '*' }),
  ...(rest.NotResource === undefined && rest.Principal === undefined && { Resource: '*' }),
  ...rest,
})
