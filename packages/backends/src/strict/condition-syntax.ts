import { isIP } from 'node:net'

/**
 * Whether IAM takes an operator of a Condition, and these values for it (IAM User Guide, "Condition operators"); that it
 * does says nothing of whether the judge can evaluate it. A value with a policy variable may be anything.
 */
export const isCondition = (operator: string, values: readonly string[]): boolean => {
  const [, base = '', ifExists] = /^(?:ForAllValues:|ForAnyValue:)?(\w+?)(IfExists)?$/.exec(operator) ?? []
  if (base === 'Null' && ifExists !== undefined) return false
  const isValue = operators.get(base)
  return isValue !== undefined && values.every((value) => value.includes('${') || isValue(value))
}

type IsValue = (value: string) => boolean

const isText: IsValue = () => true
const isTruth: IsValue = (value) => /^(true|false)$/i.test(value)
const isNumber: IsValue = (value) => /^-?\d+(\.\d+)?$/.test(value)
// A day or a time of ISO 8601, or seconds since 1970.
const isDate: IsValue = (value) =>
  /^\d+$/.test(value) || (/^\d{4}-/.test(value) && !Number.isNaN(Date.parse(value)))
const isBase64: IsValue = (value) => /^[A-Za-z0-9+/]+={0,2}$/.test(value)
const isNetwork: IsValue = (value) => {
  const [address = '', bits, ...more] = value.split('/')
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1
  return most > 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && +bits <= most))
}

const kinds: readonly (readonly [names: string, isValue: IsValue])[] = [
  ['StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase', isText],
  ['StringLike StringNotLike ArnEquals ArnLike ArnNotEquals ArnNotLike', isText],
  ['NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals', isNumber],
  ['NumericGreaterThan NumericGreaterThanEquals', isNumber],
  ['DateEquals DateNotEquals DateLessThan DateLessThanEquals', isDate],
  ['DateGreaterThan DateGreaterThanEquals', isDate],
  ['Bool Null', isTruth],
  ['BinaryEquals', isBase64],
  ['IpAddress NotIpAddress', isNetwork],
]

const operators: ReadonlyMap<string, IsValue> = new Map(
  kinds.flatMap(([names, isValue]) => names.split(' ').map((name) => [name, isValue] as const)),
)
