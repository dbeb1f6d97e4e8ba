/** Takes steps from the budget of an evaluation, and throws where it has none left. */
export type Spend = (steps: number) => void

/** Why a query is refused, in words of ours. */
export class QueryFault extends Error {}

/** A budget of so many steps; one step is about one member looked at, or four characters copied. */
export const budgetOf = (steps: number): Spend => {
  let left = steps
  return (spent) => {
    left -= spent
    if (left < 0) throw new TooMuchWork('takes too much work; select fewer members')
  }
}

export class TooMuchWork extends QueryFault {}

export type Kind = 'number' | 'string' | 'boolean' | 'null' | 'array' | 'object'

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What JMESPath calls the type of a JSON value. */
export const kindOf = (value: unknown): Kind => {
  if (Array.isArray(value)) return 'array'
  if (value === null || value === undefined) return 'null'
  const type = typeof value
  return type === 'number' || type === 'string' || type === 'boolean' ? type : 'object'
}

/** Of a text that is read or copied. */
export const spendOnText = (text: string, spend: Spend): void => spend(1 + (text.length >> 2))

/** Of a value that is read or copied with all that is in it, as often as it is in it. */
export const spendOnAll = (value: unknown, spend: Spend): void => {
  spend(1)
  if (typeof value === 'string') spendOnText(value, spend)
  else if (Array.isArray(value)) {
    for (const each of value) spendOnAll(each, spend)
  } else if (isRecord(value)) {
    for (const name of Object.keys(value)) {
      spendOnText(name, spend)
      spendOnAll(value[name], spend)
    }
  }
}

/** JMESPath's idea of false: nothing, and what is empty. */
export const isFalse = (value: unknown, spend: Spend): boolean => {
  if (value === '' || value === false || value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  if (!isRecord(value)) return false
  const { length } = Object.keys(value)
  spend(length)
  return length === 0
}

export const isEqual = (one: unknown, other: unknown, spend: Spend): boolean => {
  spend(1)
  if (typeof one === 'string' && typeof other === 'string') {
    if (one.length === other.length) spendOnText(one, spend)
    return one === other
  }
  if (Array.isArray(one)) {
    if (!Array.isArray(other) || one.length !== other.length) return false
    return one.every((each, at) => isEqual(each, other[at], spend))
  }
  if (!isRecord(one) || !isRecord(other)) return one === other
  const names = Object.keys(one)
  spend(names.length)
  const others = Object.keys(other)
  spend(others.length)
  return (
    names.length === others.length &&
    names.every((name) => Object.hasOwn(other, name) && isEqual(one[name], other[name], spend))
  )
}

/**
 * Below 0 where one stands before the other, above it where after, undefined where there is no order between them: only
 * numbers have one, and texts, as in the AWS CLI, so that times can be compared.
 */
export const orderOf = (one: unknown, other: unknown, spend: Spend): number | undefined => {
  if (typeof one === 'number' && typeof other === 'number') return orderOfNumbers(one, other)
  if (typeof one !== 'string' || typeof other !== 'string') return undefined
  spendOnText(one.length < other.length ? one : other, spend)
  return orderOfTexts(one, other)
}

/** Not their difference, which two infinite ones do not have. */
export const orderOfNumbers = (one: number, other: number): number =>
  Number(one > other) - Number(one < other)

/** By code points; the halves of those above 0xffff are below other units. */
export const orderOfTexts = (one: string, other: string): number => {
  const end = Math.min(one.length, other.length)
  for (let at = 0; at < end; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)]
    if (a !== b) return (isHalf(a) ? a + 0x10000 : a) - (isHalf(b) ? b + 0x10000 : b)
  }
  return one.length - other.length
}

const isHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff

type Comparison = (one: unknown, other: unknown, spend: Spend) => boolean | null

/** Null where there is no order, so that a filter does not keep what lacks the member. */
const ordering =
  (fits: (order: number) => boolean): Comparison =>
  (one, other, spend) => {
    const order = orderOf(one, other, spend)
    return order === undefined ? null : fits(order)
  }

export const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['==', isEqual],
  ['!=', (one, other, spend) => !isEqual(one, other, spend)],
  ['>', ordering((order) => order > 0)],
  ['<', ordering((order) => order < 0)],
  ['>=', ordering((order) => order >= 0)],
  ['<=', ordering((order) => order <= 0)],
])
