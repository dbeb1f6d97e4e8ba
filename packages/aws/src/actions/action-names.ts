import type { ActionNames } from '@gateway/domain'
import { distanceOf } from '../api/distance.ts'
import { matchesGlob } from './matches-glob.ts'
import { type StoredActions, type StoredNames, wordsOf } from './stored-actions.ts'

/** Answers by the names of all actions that IAM has; what is looked for is made of a service at its first question. */
export const actionNames = (
  { services, keys }: StoredNames,
  indexed: Readonly<Record<string, StoredActions>>,
): ActionNames => {
  const prefixes = [...Object.keys(services), ...Object.keys(indexed)].sort()
  const read = new Map<string, readonly string[]>()
  const namesOf = (service: string): readonly string[] => {
    const known = read.get(service)
    if (known) return known
    const made = [...wordsBy(services, service), ...wordsIn(indexed, service)]
    read.set(service, made)
    return made
  }
  const patterns = new Map<string, readonly RegExp[]>()
  const keysOf = (prefix: string): readonly RegExp[] => {
    const made =
      patterns.get(prefix) ??
      wordsOf(Object.entries(keys).find(([name]) => name.toLowerCase() === prefix)?.[1] ?? '').map(patternOf)
    patterns.set(prefix, made)
    return made
  }
  return {
    knows(pattern) {
      if (pattern === '*') return true
      const [service, name] = partsOf(pattern)
      return name !== '' && namesOf(service).some((each) => matchesGlob(name, each))
    },
    suggest(pattern) {
      const [service, name] = partsOf(pattern)
      const bare = name.replace(/[*?]/g, '').slice(0, longest)
      const near = prefixes.includes(service)
        ? [service]
        : service === ''
          ? []
          : nearest(prefixes, service.slice(0, longest), 3)
      return near
        .flatMap((each) => {
          const names = namesOf(each)
          if (names.some((found) => matchesGlob(name || '*', found)))
            return [{ text: `${each}:${exact(names, name)}`, distance: 0 }]
          return nearest(names, bare, 3).map((found) => ({
            text: `${each}:${found}`,
            distance: distanceOf(bare.toLowerCase(), found.toLowerCase(), longest),
          }))
        })
        .sort((a, b) => a.distance - b.distance)
        .slice(0, 3)
        .map(({ text }) => text)
    },
    knowsKey(key) {
      const at = key.indexOf(':')
      return keysOf(key.slice(0, at).toLowerCase()).some((pattern) => pattern.test(key.slice(at + 1)))
    },
  }
}

/** No action has a longer name. */
const longest = 100

const partsOf = (pattern: string): [service: string, name: string] => {
  const at = pattern.indexOf(':')
  return at < 0 ? [pattern.toLowerCase(), ''] : [pattern.slice(0, at).toLowerCase(), pattern.slice(at + 1)]
}

/** The action as IAM spells it, or the pattern where it is one. */
const exact = (names: readonly string[], name: string): string =>
  names.find((each) => each.toLowerCase() === name.toLowerCase()) ?? (name || '*')

const wordsBy = (services: StoredNames['services'], service: string): string[] =>
  Object.entries(Object.hasOwn(services, service) ? (services[service] ?? {}) : {}).flatMap(([verb, rests]) =>
    wordsOf(rests).map((rest) => `${verb}${rest}`),
  )

const wordsIn = (indexed: Readonly<Record<string, StoredActions>>, service: string): string[] =>
  Object.values((Object.hasOwn(indexed, service) && indexed[service]?.actions) || {}).flatMap(wordsOf)

const nearest = (names: readonly string[], wanted: string, most: number): readonly string[] => {
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  return names
    .map((name) => ({ name, distance: distanceOf(wanted.toLowerCase(), name.toLowerCase(), allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ name }) => name)
}

/** A key of IAM with what a variable in it may stand for. */
const patternOf = (key: string): RegExp => {
  const parts = key.split(/\$\{\w+\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(`^${parts.join('.+')}$`, 'i')
}
