import type { ApiOperation } from '@gateway/domain'

type Params = Readonly<Record<string, unknown>>

/**
 * The operation as far as a call with these params goes. Where it can pass a role and they have none, it is of the class
 * that it has without one, and its session may pass none: what should be overlooked here is refused by AWS.
 */
export const asCalled = (found: ApiOperation, params: Params = {}): ApiOperation => {
  const { withoutRole, passesRole = [], iamActions } = found
  if (withoutRole === undefined) return found
  if (passesRole.some((path) => isThere(params, path.split('.'))) || mayNameRole(params, 0)) return found
  return { ...found, access: withoutRole, iamActions: iamActions.filter((action) => action !== passRole) }
}

const passRole = 'iam:PassRole'

/** Whether a path leads to anything, be it empty. */
const isThere = (value: unknown, [name, ...more]: readonly string[]): boolean => {
  if (name === undefined) return true
  if (typeof value !== 'object' || value === null) return false
  if (name === '*') return Object.values(value).some((each) => isThere(each, more))
  return Object.hasOwn(value, name) && isThere((value as Params)[name], more)
}

/**
 * Whether anything in a value looks like a role: by the name of a member or by an ARN, also in the midst of a text such as
 * a definition. A launch template counts, for only another request shows what is in it.
 */
const mayNameRole = (value: unknown, depth: number): boolean => {
  if (depth > deepest) return true
  if (typeof value === 'string') return roleArn.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(
    ([name, each]) => (!Array.isArray(value) && roleName.test(name)) || mayNameRole(each, depth + 1),
  )
}

const roleName = /role|instance.?profile|launch.?template/i
const roleArn = /(?:role|instance-profile)\//i
const deepest = 40
