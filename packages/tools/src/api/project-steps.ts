import { isTaken, notTaken, type QueryFunction, queryFunctions, type Taken } from './project-functions.ts'
import { sliced } from './project-lists.ts'
import type { Node } from './project-parse.ts'
import { comparisons, isFalse, isRecord, QueryFault, type Spend } from './project-values.ts'

/** What evaluates a part of an expression; it pays for every value that it looks at or makes, and throws `QueryFault`. */
export type Step = (value: unknown, spend: Spend) => unknown

/** Evaluates within a bound, which the library does not know. Throws `QueryFault` for what can never work. */
export const stepOf = (node: unknown): Step => {
  const known = node as Node
  const make = makers.get(known.type)
  if (!make) throw new QueryFault('has an expression with & that no function takes')
  const step = make(known)
  return (value, spend) => {
    spend(1)
    return step(value, spend) ?? null
  }
}

const partsOf = ({ children = [] }: Node): readonly Step[] => children.map(stepOf)

const nothing: Step = () => null

/** The first two or three parts of an expression that has them. */
const threeOf = (node: Node): readonly [Step, Step, Step] => {
  const [first = nothing, second = nothing, third = nothing] = partsOf(node)
  return [first, second, third]
}

const same: Step = (value) => value

const then = (node: Node): Step => {
  const [left, right] = threeOf(node)
  return (value, spend) => right(left(value, spend), spend)
}

/** A list of what `part` makes of each, without nulls. */
const collected = (list: readonly unknown[], part: Step, spend: Spend): unknown[] =>
  list.map((each) => part(each, spend)).filter((each) => each !== null)

const field = ({ name = '' }: Node): Step => {
  return (value) => (isRecord(value) && Object.hasOwn(value, name) ? value[name] : null)
}

const slice = ({ children = [] }: Node): Step => {
  const [start, stop, by] = children as readonly (number | null)[]
  const step = by ?? 1
  if (step === 0) throw new QueryFault('has a slice whose step is 0')
  return (value, spend) => {
    if (!Array.isArray(value)) return null
    return sliced(value, { start, stop, step }, spend)
  }
}

const projection = (node: Node): Step => {
  const [left, right] = threeOf(node)
  return (value, spend) => {
    const base = left(value, spend)
    return Array.isArray(base) ? collected(base, right, spend) : null
  }
}

const valueProjection = (node: Node): Step => {
  const [left, right] = threeOf(node)
  return (value, spend) => {
    const base = left(value, spend)
    return isRecord(base) ? collected(Object.values(base), right, spend) : null
  }
}

const filter = (node: Node): Step => {
  const [left, right, condition] = threeOf(node)
  return (value, spend) => {
    const base = left(value, spend)
    if (!Array.isArray(base)) return null
    const kept = base.filter((each) => !isFalse(condition(each, spend), spend))
    return collected(kept, right, spend)
  }
}

const flatten = (node: Node): Step => {
  const [of] = threeOf(node)
  return (value, spend) => {
    const list = of(value, spend)
    if (!Array.isArray(list)) return null
    for (const each of list) spend(Array.isArray(each) ? each.length : 1)
    return list.flat()
  }
}

const comparator = (node: Node): Step => {
  const [left, right] = threeOf(node)
  const compare = comparisons.get(node.name ?? '')
  if (!compare) throw new QueryFault('is no JMESPath expression')
  return (value, spend) => compare(left(value, spend), right(value, spend), spend)
}

/** `a || b`, or `a && b`: the second where the first is, or is not, false. */
const either =
  (wanted: boolean) =>
  (node: Node): Step => {
    const [left, right] = threeOf(node)
    return (value, spend) => {
      const first = left(value, spend)
      return isFalse(first, spend) === wanted ? right(value, spend) : first
    }
  }

const not = (node: Node): Step => {
  const [of] = threeOf(node)
  return (value, spend) => isFalse(of(value, spend), spend)
}

const list = (node: Node): Step => {
  const parts = partsOf(node)
  return (value, spend) => (value === null ? null : parts.map((part) => part(value, spend)))
}

const hash = ({ children = [] }: Node): Step => {
  const parts = (children as readonly Node[]).map(({ name = '', value }) => [name, stepOf(value)] as const)
  return (value, spend) =>
    value === null ? null : Object.fromEntries(parts.map(([name, part]) => [name, part(value, spend)]))
}

const call = ({ name = '', children = [] }: Node): Step => {
  const known = queryFunctions.get(name)
  if (!known) throw new QueryFault('calls a function that JMESPath does not have')
  const { takes, more, run } = known
  if (more ? children.length < 1 : children.length !== takes.length)
    throw new QueryFault(`gives ${name}() another number of arguments than it takes`)
  const parts = children.map((child, at) => argumentOf(child, takenAt(known, at), name))
  return (value, spend) => {
    const given = parts.map((part) => part(value, spend))
    for (const [at, each] of given.entries()) {
      const taken = takenAt(known, at)
      if (!isTaken(each, taken, spend)) throw notTaken(name, taken, each)
    }
    return run(given as never[], spend)
  }
}

const takenAt = ({ takes }: QueryFunction, at: number): readonly Taken[] => takes[at] ?? takes[0] ?? []

const argumentOf = (child: unknown, taken: readonly Taken[], name: string): Step => {
  const node = child as Node | null
  if (node?.type === 'ExpressionReference' && taken.includes('by')) {
    const of = stepOf(node.children?.[0])
    return (_, spend) => (each: unknown) => of(each, spend)
  }
  const isRight = node?.type !== 'Literal' || isTaken(node.value, taken, () => undefined)
  if (!isRight) throw notTaken(name, taken, node?.value)
  if (taken.includes('by'))
    throw new QueryFault(`gives ${name}() no expression such as &Name, which it takes`)
  return stepOf(child)
}

const makers: ReadonlyMap<string, (node: Node) => Step> = new Map([
  ['Field', field],
  ['Subexpression', then],
  ['IndexExpression', then],
  ['Pipe', then],
  [
    'Index',
    ({ value: at }: Node): Step =>
      (value) =>
        Array.isArray(value) ? value.at(Number(at)) : null,
  ],
  ['Slice', slice],
  ['Projection', projection],
  ['ValueProjection', valueProjection],
  ['FilterProjection', filter],
  ['Flatten', flatten],
  ['Comparator', comparator],
  ['OrExpression', either(true)],
  ['AndExpression', either(false)],
  ['NotExpression', not],
  ['MultiSelectList', list],
  ['MultiSelectHash', hash],
  ['Function', call],
  [
    'Literal',
    ({ value }: Node): Step =>
      () =>
        value,
  ],
  ['Identity', () => same],
  ['Current', () => same],
])
