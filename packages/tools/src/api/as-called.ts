import type { ApiOperation } from '@gateway/domain'

type Params = Readonly<Record<string, unknown>>

/**
 * The operation as far as a call with these params goes. Where it can pass a role or open something and they do neither,
 * it is of the class that it has without, and its session may pass none: what should be overlooked here is refused by AWS.
 * Only where what it names has roles of its own, its session may pass those.
 */
export const asCalled = (found: ApiOperation, params: Params = {}): ApiOperation => {
  const { withoutRole, passesRole = [], opensBy = [], ownRoles, iamActions } = found
  if (withoutRole === undefined) return found
  const paths = [...passesRole, ...opensBy]
  if (paths.some((path) => isThere(params, path.split('.'))) || mayNameRole(params, 0)) return found
  const passed = ownRoles ? iamActions : iamActions.filter((action) => action !== passRole)
  return { ...found, access: withoutRole, iamActions: passed }
}

const passRole = 'iam:PassRole'

/** Whether a path leads to anything, be it empty. */
const isThere = (value: unknown, [name, ...more]: readonly string[]): boolean => {
  if (name === undefined) return true
  // The last name of a path may be a value.
  if (typeof value !== 'object' || value === null) return more.length === 0 && fits(name, String(value))
  return Object.entries(value).some(([key, each]) => fits(name, key) && isThere(each, more))
}

/** In whatever case, as somewhere AWS may not mind; what is harmless is named exactly. */
const fits = (name: string, key: string): boolean => {
  if (name.startsWith('!')) return !name.slice(1).split('|').includes(key)
  return name === '*' || name.toLowerCase() === key.toLowerCase()
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
