import type { ActionCatalogue, AwsApi } from '@gateway/domain'
import { actionNames } from './action-names.ts'
import { factsOf } from './facts-of.ts'
import { passedFact } from './passed-fact.ts'
import { passedRolesOf } from './passed-roles.ts'
import { type CheckedType, checkedTypes, type StoredActions, type StoredNames } from './stored-actions.ts'

/**
 * Loads what IAM knows of actions, about half a megabyte, for whoever has a policy to check; what is asked of a service is read out
 * at its first question. `api` says which roles an operation passes.
 */
export const createActionCatalogue = async (api: Pick<AwsApi, 'find'>): Promise<ActionCatalogue> => {
  const [names, services] = await Promise.all([
    import('../../action-index/names.json', { with: { type: 'json' } }),
    import('../../action-index/services.json', { with: { type: 'json' } }),
  ])
  const stored = services.default as unknown as Readonly<Record<string, StoredActions>>
  const read = new Map<string, ReadonlyMap<string, readonly CheckedType[]>>()
  const typesOf = (action: string): readonly CheckedType[] | undefined => {
    const [service = '', name = ''] = action.split(':')
    const file = Object.hasOwn(stored, service) ? stored[service] : undefined
    if (!file) return undefined
    const types = read.get(service) ?? checkedTypes(file)
    read.set(service, types)
    return types.get(name.toLowerCase())
  }
  const passedRoles: ActionCatalogue['passedRoles'] = (request, place) =>
    passedRolesOf(request, place, api.find(request.service, request.operation))
  return {
    ...actionNames(names.default as unknown as StoredNames, stored),
    passedRoles,
    factsOf: (request, place) => [
      ...factsOf(request, place, typesOf),
      ...passedRoles(request, place).map((role) =>
        passedFact(role, request, api.find(request.service, request.operation)?.passesRole),
      ),
    ],
  }
}
