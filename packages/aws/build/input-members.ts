import type { ApiOperation } from '@gateway/domain'
import type { NormalizedSchema } from '@smithy/core/schema'
import { noRoles } from './role-tables.ts'
import { type SdkOperation, withoutContainers } from './sdk-operations.ts'

/** Names of the members of an operation's input. */
export const membersOf = (schema: NormalizedSchema | undefined): readonly string[] =>
  schema ? [...schema.structIterator()].map(([name]) => name) : []

/**
 * Paths of the input under which a role or instance profile is passed on to a service. IAM, STS and Organizations work on
 * roles and pass none.
 */
export const rolePaths = (service: string, { name, input }: SdkOperation): readonly string[] => {
  if (['iam', 'sts', 'organizations'].includes(service)) return []
  const paths = textPaths(input, maxDepth).filter((path) => namesRole(service, path.replaceAll('.*', '')))
  return paths.filter((path) => !noRoles.some((no) => no.test(`${service}:${name} ${path}`)))
}

/** `DryRun`, and the member that makes a repeated request harmless. */
export const switchesOf = ({ input }: SdkOperation): Pick<ApiOperation, 'dryRun' | 'idempotencyToken'> => {
  const members = input ? [...input.structIterator()] : []
  const marked = members.find(([, schema]) => schema.isIdempotencyToken())
  // Some services say it in words only.
  const named = members.find(([name]) => /^client(?:request)?token$/i.test(name))
  const token = (marked ?? named)?.[0]
  return {
    ...(members.some(([name, schema]) => name === 'DryRun' && schema.isBooleanSchema()) && { dryRun: true }),
    ...(token !== undefined && { idempotencyToken: token }),
  }
}

const namesRole = (service: string, path: string): boolean =>
  role.test(path) || (service === 'apigateway' && /credentials$/i.test(path))

// Also `serviceRoleOverride`, and `iamRoleForDataSourceArn`.
const role =
  /(?:(?:role|instanceprofile)s?(?:arns?|name)?|role\w*(?:override|arns?)|IamInstanceProfile\.(?:Arn|Name))$/i

// No input is deeper but by recursion.
const maxDepth = 14

/** Paths of all text in a structure; one that contains itself is entered once on each way. */
const textPaths = (root: NormalizedSchema | undefined, depth: number): readonly string[] => {
  const found: string[] = []
  const visit = (struct: NormalizedSchema, prefix: string, open: readonly unknown[]): void => {
    for (const [name, member] of struct.structIterator()) {
      const [inner, path] = withoutContainers(member, prefix + name)
      if (inner.isStringSchema()) found.push(path)
      const own = inner.getSchema()
      if (inner.isStructSchema() && open.length < depth && !open.includes(own))
        visit(inner, `${path}.`, [...open, own])
    }
  }
  if (root) visit(root, '', [root.getSchema()])
  return found
}
