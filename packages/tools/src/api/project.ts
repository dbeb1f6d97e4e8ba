import { GatewayError } from '@gateway/domain'
import { parsed } from './project-parse.ts'
import { stepOf } from './project-steps.ts'
import { budgetOf, QueryFault, TooMuchWork } from './project-values.ts'

/** Selects from a value; throws `invalid_arguments` where what was selected by cannot be applied to it. */
export type Projection = (value: unknown) => unknown

/** Longest JMESPath expression. */
export const longestQuery = 1_000

/**
 * Steps of one evaluation, about a tenth of a second. An expression is short, but what it asks for may be endless, such as
 * `map(&length(map(&length(…), …)), …)` or `[@,@][]|[@,@][]|…`, and it would take the process from every tenant.
 */
const mostSteps = 1_000_000

/**
 * The projection of a JMESPath expression, or all of a value without one. Throws `invalid_arguments`, before anything is
 * asked, for what is no expression and for what can be told to fail whatever it is applied to.
 */
export const projectionOf = (query: string | undefined): Projection => {
  if (query === undefined) return (value) => value
  if (query.length > longestQuery) throw refused(`is longer than ${longestQuery} characters`)
  const step = attempt(() => stepOf(parsed(query)), 'is no JMESPath expression')
  const project = (value: unknown): unknown => {
    const found = step(value, budgetOf(mostSteps))
    if (isTooLarge(found)) throw new TooMuchWork('selects too much; select less')
    return found
  }
  refuseEndless(() => project(null))
  return (value) => attempt(() => project(value), 'cannot be applied to this answer')
}

/** What was selected from the answer of a call that has changed something: where that fails, the call has not. */
export const projectAfterwards = (
  project: Projection,
  value: unknown,
): { readonly result: unknown; readonly failed: boolean } => {
  try {
    return { result: project(value), failed: false }
  } catch {
    return { result: value, failed: true }
  }
}

const refused = (why: string): GatewayError =>
  new GatewayError('invalid_arguments', 'The query cannot be applied.', {
    details: { issues: [`query: ${why}`] },
  })

/** What the engine throws has the caller's words in it, and many shapes. */
const attempt = <Value>(make: () => Value, otherwise: string): Value => {
  try {
    return make()
  } catch (thrown) {
    throw refused(thrown instanceof QueryFault ? thrown.message : otherwise)
  }
}

/** Literals alone may be work without end. Other faults may be of the trial's empty value. */
const refuseEndless = (trial: () => unknown): void => {
  try {
    trial()
  } catch (thrown) {
    if (thrown instanceof TooMuchWork) throw refused(thrown.message)
  }
}

/** Characters of text and members together; a member counts for four. */
const mostSelected = 4_000_000

const isTooLarge = (value: unknown): boolean => {
  let size = 0
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    size += typeof next === 'string' ? next.length : 4
    if (size > mostSelected) return true
    if (typeof next !== 'object' || next === null) continue
    for (const [name, each] of Object.entries(next)) {
      if (!Array.isArray(next)) size += name.length
      waiting.push(each)
    }
  }
  return false
}
