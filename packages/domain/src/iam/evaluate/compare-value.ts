import { arnLike } from './arn-pattern.ts'
import { inRange, ipRangeOf } from './ip-range.ts'
import { bytesOf, numberOf, timeOf, truthOf } from './read-value.ts'
import { type ContextOf, partsOf, patternOf } from './template.ts'
import { type Truth, type Unknown, unknown } from './truth.ts'

/** Whether one value of a request is what one value of a policy asks for. */
export type Comparison = (sent: string, context: ContextOf) => Truth

/** How a condition operator without `Not`, `IfExists` and its set compares; undefined for one that is not known. */
export const comparisonsOf = (operator: string): ((value: string, rest: Rest) => Comparison) | undefined =>
  Object.hasOwn(comparisons, operator) ? comparisons[operator] : undefined

interface Rest {
  /** Of the condition key: what is said to be missing where a value cannot be read. */
  readonly name: string
  /** Whether `${…}` is a variable: from version 2012-10-17 on. */
  readonly variables: boolean
}

type Make = (value: string, rest: Rest) => Comparison

/** Values that have to be read first; what cannot be, on either side, leaves open whether they are alike. */
const read =
  <Value>(
    reader: (text: string) => Value | undefined,
    alike: (sent: Value, wanted: Value) => boolean,
  ): Make =>
  (value, { name }) => {
    const wanted = reader(value)
    const unread = unknown(name)
    if (wanted === undefined) return () => unread
    return (text) => {
      const sent = reader(text)
      return sent === undefined ? unread : alike(sent, wanted)
    }
  }

const text =
  ({ wildcards, ignoreCase = false }: { readonly wildcards: boolean; readonly ignoreCase?: boolean }): Make =>
  (value, { variables }) =>
    patternOf(partsOf(value, { variables, wildcards }), { ignoreCase })

const arn: Make = (value, { name, variables }) => {
  const pattern = arnLike(value, variables)
  const unread: Unknown = unknown(name)
  return pattern ? (sent, context) => pattern(sent, context) ?? unread : () => unread
}

const relations: Readonly<Record<string, (sent: number, wanted: number) => boolean>> = {
  Equals: (sent, wanted) => sent === wanted,
  LessThan: (sent, wanted) => sent < wanted,
  LessThanEquals: (sent, wanted) => sent <= wanted,
  GreaterThan: (sent, wanted) => sent > wanted,
  GreaterThanEquals: (sent, wanted) => sent >= wanted,
}

const related = (type: string, reader: (text: string) => number | undefined): Record<string, Make> =>
  Object.fromEntries(
    Object.entries(relations).map(([relation, holds]) => [`${type}${relation}`, read(reader, holds)]),
  )

const same = <Value>(sent: Value, wanted: Value): boolean => sent === wanted

const comparisons: Readonly<Record<string, Make>> = {
  StringEquals: text({ wildcards: false }),
  StringEqualsIgnoreCase: text({ wildcards: false, ignoreCase: true }),
  StringLike: text({ wildcards: true }),
  ...related('Numeric', numberOf),
  ...related('Date', timeOf),
  Bool: read(truthOf, same),
  BinaryEquals: read(bytesOf, same),
  IpAddress: read(ipRangeOf, (sent, range) => inRange(range, sent)),
  // The two behave alike (IAM User Guide, "ARN condition operators").
  ArnEquals: arn,
  ArnLike: arn,
}
