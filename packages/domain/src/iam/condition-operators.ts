/** What is wrong with the name of a condition operator (IAM User Guide, "Condition operators"), if anything is. */
export const operatorFault = (operator: string): string | undefined => {
  const { set, base, ifExists } = operatorParts(operator)
  if (!Object.hasOwn(kinds, base)) return 'is no condition operator of IAM'
  if (base === 'Null' && (set || ifExists))
    return 'Null takes neither ForAllValues:, ForAnyValue: nor IfExists'
  return undefined
}

/** What is wrong with the values that an operator without fault is to compare with, if anything is. */
export const valueFault = (
  operator: string,
  values: readonly (string | number | boolean)[],
): string | undefined => {
  const kind = kinds[operatorParts(operator).base]
  if (kind === undefined) return undefined
  // A policy variable such as ${aws:PrincipalTag/limit} has a value only when AWS knows the caller.
  const right = (value: string) => value.includes('${') || kind.pattern.test(value)
  return values.every((value) => right(String(value))) ? undefined : kind.message
}

/** The set, the name and the suffix of a condition operator, whether or not IAM knows it; each is empty where it is not there. */
export const operatorParts = (operator: string) => {
  const [, set = '', base = '', ifExists = ''] =
    /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(operator) ?? []
  return { set, base, ifExists }
}

interface Kind {
  readonly pattern: RegExp
  readonly message: string
}

const anything: Kind = { pattern: /^/, message: '' }
const numeric: Kind = { pattern: /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, message: 'must be a number' }
const truth: Kind = { pattern: /^(true|false)$/i, message: 'must be true or false' }
const date: Kind = {
  pattern: /^(\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?|\d+)$/,
  message: 'must be an ISO 8601 time such as 2026-01-31T00:00:00Z, or seconds since 1970',
}
const binary: Kind = { pattern: /^[A-Za-z0-9+/]+={0,2}$/, message: 'must be base64' }
const address: Kind = {
  pattern: /^(\d{1,3}(\.\d{1,3}){3}(\/([0-9]|[12]\d|3[0-2]))?|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(\/\d{1,3})?)$/,
  message: 'must be an IP address or a range such as 203.0.113.0/24',
}
const arn: Kind = { pattern: /^(\*|arn:.+)$/, message: 'must be an ARN' }

const named = (kind: Kind, ...names: string[]) => names.map((name) => [name, kind] as const)
const compared = (kind: Kind, type: string) =>
  named(
    kind,
    ...['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map(
      (comparison) => `${type}${comparison}`,
    ),
  )

const kinds: Readonly<Record<string, Kind>> = Object.fromEntries([
  ...named(
    anything,
    'StringEquals',
    'StringNotEquals',
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
  ),
  ...named(anything, 'StringLike', 'StringNotLike'),
  ...compared(numeric, 'Numeric'),
  ...compared(date, 'Date'),
  ...named(truth, 'Bool', 'Null'),
  ...named(binary, 'BinaryEquals'),
  ...named(address, 'IpAddress', 'NotIpAddress'),
  ...named(arn, 'ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'),
])
