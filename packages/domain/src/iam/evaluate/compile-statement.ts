import { type AskedResource, resourcePattern } from './arn-pattern.ts'
import { conditionTest } from './compile-condition.ts'
import {
  notPrincipalTest,
  type PrincipalElement,
  principalTest,
  type RequestPrincipal,
} from './compile-principal.ts'
import { globTest } from './glob.ts'
import type { AskedWithin } from './pattern-within.ts'
import { wildcardsIn } from './template.ts'
import { every, not, some, type Truth, unknown } from './truth.ts'

/** A statement in the shape of IAM, of an identity policy, a resource-based policy or a trust policy. */
export interface StatementSource {
  readonly Sid?: string | undefined
  readonly Effect: 'Allow' | 'Deny'
  readonly Principal?: PrincipalElement | undefined
  readonly NotPrincipal?: PrincipalElement | undefined
  readonly Action?: Texts | undefined
  readonly NotAction?: Texts | undefined
  /** Neither this nor `NotResource` in a trust policy. */
  readonly Resource?: Texts | undefined
  readonly NotResource?: Texts | undefined
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, ConditionValues>>>> | undefined
}

type Texts = string | readonly string[]
type ConditionValue = string | number | boolean
type ConditionValues = ConditionValue | readonly ConditionValue[]

/** What is asked of a policy. */
export interface PolicyRequest {
  /** Such as `s3:GetObject`, in any case. */
  readonly action: string
  /** ARN; `*` where AWS checks no resource for the action; undefined where it is not known. */
  readonly resource: string | undefined
  /**
   * Where `resource` is not known: a pattern with `*` and `?` that it fits for sure. Of an ARN, none of those before the fifth
   * colon stands for a colon, nor any other where names of its type have none.
   */
  readonly within?: string
  /**
   * Values of a condition key, which is asked for in lower case: [] = known to be absent from the request, undefined = not
   * known.
   */
  context(key: string): readonly string[] | undefined
  /** Only for policies with `Principal` (resource-based, trust): who asks. */
  readonly principal?: RequestPrincipal
}

/** A request made ready: its action in lower case. */
export interface AskedRequest extends Omit<PolicyRequest, 'resource' | 'within'> {
  readonly resource: AskedResource | undefined
  /** Only where there is no `resource`. */
  readonly within?: AskedWithin
}

/** A statement made ready. */
export interface CompiledStatement {
  /** Its Sid, else its place such as `Statement[3]`. */
  readonly name: string
  readonly effect: 'Allow' | 'Deny'
  /** Prefixes of services, in lower case, outside of which it applies to nothing; undefined for one that may to any. */
  readonly services: readonly string[] | undefined
  /** Whether it applies to a request. */
  applies(request: AskedRequest): Truth
}

/** Makes the statement at place `index` ready; `variables` from version 2012-10-17 on. */
export const compileStatement = (
  source: StatementSource,
  { index, variables }: { readonly index: number; readonly variables: boolean },
): CompiledStatement => {
  const { services, ofAction } = actionTest(source)
  const tests = [
    ...principalPart(source),
    ...resourceTests(source, variables),
    ...conditionTests(source, variables),
  ]
  return {
    name: source.Sid || `Statement[${index}]`,
    effect: source.Effect,
    services,
    applies(request) {
      const about = ofAction(request.action)
      if (about === false) return false
      const truth = every(tests, (test) => test(request))
      return about === true || truth === false ? truth : about
    },
  }
}

type RequestTest = (request: AskedRequest) => Truth

const listOf = (texts: Texts): readonly string[] => (typeof texts === 'string' ? [texts] : texts)

const actionTest = ({ Action, NotAction }: StatementSource): ActionTest => {
  const written = Action ?? NotAction
  // IAM takes no such statement.
  if (written === undefined) return { services: undefined, ofAction: () => unknown('Action') }
  const names = listOf(written).map((name) => name.toLowerCase())
  const exact = new Set(names.filter((name) => !/[*?]/.test(name)))
  const globs = names.filter((name) => !exact.has(name)).map((name) => globTest(wildcardsIn(name)))
  const named = (action: string) => exact.has(action) || globs.some((matches) => matches(action))
  if (Action === undefined) return { services: undefined, ofAction: (action) => !named(action) }
  const prefixes = names.flatMap((name) => /^[^:*?]+(?=:)/.exec(name)?.[0] ?? [])
  return {
    services: prefixes.length === names.length ? [...new Set(prefixes)] : undefined,
    ofAction: named,
  }
}

interface ActionTest {
  readonly services: readonly string[] | undefined
  ofAction(action: string): Truth
}

const principalPart = ({ Principal, NotPrincipal, Effect }: StatementSource): RequestTest[] => {
  const tests = [
    ...(Principal === undefined ? [] : [principalTest(Principal)]),
    ...(NotPrincipal === undefined ? [] : [notPrincipalTest(NotPrincipal, Effect)]),
  ]
  return tests.map((test) => (request) => test(request.principal))
}

const resourceTests = (
  { Resource, NotResource, Effect }: StatementSource,
  variables: boolean,
): RequestTest[] => {
  const written = Resource ?? NotResource
  if (written === undefined) return []
  // An Allow of all but what has no name for want of a value would allow all.
  const open = Resource === undefined && Effect === 'Allow'
  const texts = listOf(written)
  const everything = texts.some((text) => /^\*+$/.test(text))
  const patterns = everything ? [] : texts.map((text) => resourcePattern(text, { variables, open }))
  const named: RequestTest = ({ resource, within, context }) => {
    if (everything) return true
    if (resource !== undefined) return some(patterns, ({ matches }) => matches(resource, context))
    if (within === undefined) return unknown('resource')
    return some(patterns, ({ matchesWithin }) => matchesWithin(within, context))
  }
  return [Resource === undefined ? (request) => not(named(request)) : named]
}

const conditionTests = ({ Condition = {} }: StatementSource, variables: boolean): RequestTest[] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([name, values]): RequestTest => {
      const test = conditionTest({ operator, name, values: [values].flat().map(String), variables })
      return (request) => test(request.context)
    }),
  )
