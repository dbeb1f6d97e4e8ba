import type { ApiOperation } from '@gateway/domain'
import type { NormalizedSchema } from '@smithy/core/schema'
import type { SdkOperation } from './sdk-operations.ts'

/** How an operation pages: as its paginator says, else by members that look like tokens on both sides. */
export const pagerOf = (operation: SdkOperation): ApiOperation['pager'] => {
  const tokens = operation.paginator ?? tokensByName(operation)
  if (!tokens || !operation.output) return undefined
  const [input, output] = tokens
  return { input, output }
}

const token = /^(?:next)?(?:page|pagination|continuation)?(?:token|marker)$|^position$/i

const tokensByName = ({ input, output }: SdkOperation): readonly [string, string] | undefined => {
  if (!input || !output) return undefined
  const texts = (schema: NormalizedSchema) =>
    [...schema.structIterator()].filter(([, member]) => member.isStringSchema()).map(([name]) => name)
  const inputs = texts(input).filter((name) => token.test(name))
  const outputs = texts(output).filter((name) => token.test(name))
  const named = inputs.find((name) => outputs.includes(name))
  if (named !== undefined) return [named, named]
  const [first] = inputs
  const next = outputs.find(
    (name) => first !== undefined && name.toLowerCase() === `next${first.toLowerCase()}`,
  )
  return first !== undefined && next !== undefined ? [first, next] : undefined
}
