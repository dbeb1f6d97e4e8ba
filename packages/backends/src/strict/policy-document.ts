import { isCondition } from './condition-syntax.ts'

/** A statement of an IAM policy, with every list spelt out. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Names
  /** Absent in a trust policy, whose resource is the role itself. */
  readonly resources?: Names
  /** Of a trust policy: ARNs and account ids, or `*`; other kinds than `AWS` never match and are left out. */
  readonly principals?: readonly string[]
  readonly conditions: readonly Condition[]
}

/** Patterns, or with `not` everything but those. */
export interface Names {
  readonly not: boolean
  readonly patterns: readonly string[]
}

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** Thrown for what is no policy of IAM; the message ends a sentence that begins with "The policy". */
export class PolicyFault extends Error {
  override name = 'PolicyFault'
}

/** Reads a policy document (IAM User Guide, "Grammar of the IAM JSON policy language"); throws `PolicyFault`. */
export const readPolicy = (text: string, kind: 'identity' | 'trust'): readonly Statement[] => {
  const document = objectOf(parsed(text), 'is no JSON object')
  onlyKeys(document, ['Version', 'Id', 'Statement'])
  const { Version = '2008-10-17', Statement } = document
  if (Version !== '2012-10-17' && Version !== '2008-10-17') throw new PolicyFault('has an unknown Version')
  const list = Array.isArray(Statement) ? Statement : [Statement]
  if (list.length === 0) throw new PolicyFault('has no statement')
  const statements = list.map((each) => objectOf(each, 'has a statement that is no object'))
  checkSids(statements)
  return statements.map((each) => statementOf(each, kind))
}

/** An empty one is none, as the console of AWS writes it into trust policies. */
const checkSids = (statements: readonly Json[]): void => {
  const sids = statements.flatMap(({ Sid = '' }) => (Sid === '' ? [] : [Sid]))
  for (const sid of sids) {
    if (typeof sid !== 'string' || !/^[A-Za-z0-9]+$/.test(sid))
      throw new PolicyFault('has a Sid that is not of letters and digits')
  }
  if (new Set(sids).size < sids.length) throw new PolicyFault('has one Sid twice')
}

const statementKeys = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'] as const
const targetKeys = { identity: ['Resource', 'NotResource'], trust: ['Principal'] } as const

const statementOf = (statement: Json, kind: 'identity' | 'trust'): Statement => {
  onlyKeys(statement, [...statementKeys, ...targetKeys[kind]])
  const { Effect, Condition = {}, Principal } = statement
  if (Effect !== 'Allow' && Effect !== 'Deny')
    throw new PolicyFault('has an Effect that is not Allow or Deny')
  const actions = namesOf(statement, 'Action')
  for (const action of actions.patterns) {
    if (action !== '*' && !/^[\w-]+:[\w*?]+$/.test(action)) throw new PolicyFault(`has the Action ${action}`)
  }
  return {
    effect: Effect,
    actions,
    ...(kind === 'identity' && { resources: resourcesOf(statement) }),
    ...(kind === 'trust' && { principals: principalsOf(Principal) }),
    conditions: conditionsOf(objectOf(Condition, 'has a Condition that is no object')),
  }
}

const resourcesOf = (statement: Json): Names => {
  const names = namesOf(statement, 'Resource')
  for (const each of names.patterns) {
    if (!isResource(each)) throw new PolicyFault(`has the Resource "${each}", which is neither an ARN nor *`)
  }
  return names
}

/** Its service is spelt out, and a last `*` stands for all parts that are missing. */
const isResource = (text: string): boolean =>
  text === '*' || /^arn:(\*|aws(-[a-z]+)*):[a-zA-Z0-9.-]+:([^:]*:[^:]*:.+|.*\*)$/s.test(text)

const namesOf = (statement: Json, name: 'Action' | 'Resource'): Names => {
  const [plain, not] = [statement[name], statement[`Not${name}`]]
  if ((plain === undefined) === (not === undefined)) {
    throw new PolicyFault(`needs either ${name} or Not${name} in each statement`)
  }
  return { not: plain === undefined, patterns: textsOf(plain ?? not, name) }
}

const principalsOf = (principal: unknown): readonly string[] => {
  if (principal === '*') return ['*']
  const { AWS, ...others } = objectOf(principal, 'has a statement without a Principal')
  onlyKeys(others, ['Service', 'Federated', 'CanonicalUser'])
  return AWS === undefined ? [] : textsOf(AWS, 'Principal')
}

const conditionsOf = (block: Json): Condition[] =>
  Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(objectOf(keys, `has a Condition ${operator} that is no object`)).map(([key, value]) => {
      const values = textsOf(value, `value of ${key}`)
      if (!isCondition(operator, values))
        throw new PolicyFault(`has a Condition ${operator} of ${key} that IAM does not know`)
      return { operator, key, values }
    }),
  )

type Json = Readonly<Record<string, unknown>>

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new PolicyFault('is no JSON')
  }
}

const objectOf = (value: unknown, otherwise: string): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PolicyFault(otherwise)
  return value as Json
}

const onlyKeys = (object: Json, known: readonly string[]): void => {
  const unknown = Object.keys(object).find((key) => !known.includes(key))
  if (unknown !== undefined) throw new PolicyFault(`has an element ${unknown} that does not belong there`)
}

const textsOf = (value: unknown, what: string): readonly string[] => {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (list.length === 0) throw new PolicyFault(`has no ${what}`)
  return list.map((each) => {
    if (typeof each === 'boolean' || typeof each === 'number') return String(each)
    if (typeof each !== 'string') throw new PolicyFault(`has a ${what} that is no text`)
    return each
  })
}
