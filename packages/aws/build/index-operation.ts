import { type ApiOperation, possibleIamActions } from '@gateway/domain'
import { isIn } from './class-tables.ts'
import { classify } from './classify.ts'
import { iamLevelOf } from './iam-levels.ts'
import { membersOf, rolePaths, switchesOf } from './input-members.ts'
import { openingPaths } from './opening-tables.ts'
import { pagerOf } from './pager.ts'
import { definedRoles, hiddenRoles, keptRoles, shownRoles } from './role-tables.ts'
import type { SdkOperation } from './sdk-operations.ts'
import type { ServiceReference } from './service-reference.ts'
import { summaryOf, wordsOf } from './summary.ts'

/** One operation for the index; undefined where AWS has no IAM action that we know for it. */
export const indexOperation = async (
  service: string,
  sdk: SdkOperation,
  reference: ServiceReference | undefined,
): Promise<ApiOperation | undefined> => {
  const { name } = sdk
  const possible = possibleIamActions(service, name, membersOf(sdk.input))
  if (service === 'apigateway' && possible.own[0] !== `apigateway:${sdk.httpVerb}`)
    throw new Error(`${name} is sent by ${sdk.httpVerb}, and not authorized as ${possible.own[0]}`)

  const levelOf = async (action: string) => reference?.levelOf(action) ?? (await iamLevelOf(action))
  const referred = reference?.actionsOf(name)
  const own = referred ?? possible.own
  const levels = await Promise.all(own.map(levelOf))
  const known = levels.filter((level) => level !== undefined)
  if (known.length < levels.length) return undefined

  const roles = rolePaths(service, sdk)
  const passesRole =
    roles.length > 0 || [hiddenRoles, keptRoles, shownRoles].some((table) => isIn(table, service, name))
  const opensBy = openingPaths(service, name, membersOf(sdk.input))
  const judged = opensBy.length > 0
  const classes = classify({ service, operation: name, levels: known, passesRole, judged })
  const extra: string[] = []
  for (const action of possible.extra) {
    const level = await levelOf(action)
    if (level === undefined) continue
    // Where an operation is no more than a write, AWS itself shall refuse the members that change permissions.
    if (!level.includes('Permissions management') || classes.access === 'permissions') extra.push(action)
  }
  const pager = pagerOf(sdk)
  return {
    service,
    operation: name,
    ...classes,
    // What is sent is checked against the names that the gateway itself gives to it, so these are always among them.
    iamActions: [
      ...new Set([
        ...own,
        ...(referred ? possible.own : []),
        ...extra,
        ...(passesRole ? ['iam:PassRole'] : []),
      ]),
    ],
    summary: summaryOf(sdk.docs, wordsOf(name).join(' ')),
    ...(passesRole && { passesRole: roles }),
    ...(isIn(hiddenRoles, service, name) && { hidesRoles: true }),
    ...(judged && { opensBy }),
    ...(isIn(definedRoles, service, name) && { ownRoles: true }),
    ...(pager && { pager }),
    ...switchesOf(sdk),
  }
}
