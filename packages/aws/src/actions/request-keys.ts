import type { AskedAction } from './asked-action.ts'
import { decidedByService } from './decided-keys.ts'
import { requestTags, untaggedKeys } from './request-tags.ts'

/**
 * Condition keys that a request decides for one resource, by name in lower case. Of tags it also knows which are not given, so
 * that `get` answers with an empty list for any other; what it does not decide is undefined.
 */
export const requestKeys = (
  asked: AskedAction,
  type: string | undefined,
): ReadonlyMap<string, readonly string[]> => {
  const { request, action, types, isOwn, hidesTags } = asked
  // Of an action that nobody knows, nobody knows which keys it has.
  if (types.length === 0) return new Map()
  const listed = keysListed(types, type)
  const found = new Map<string, readonly string[]>()
  const decidable = decidedByService.get(action.slice(0, action.indexOf(':'))) ?? []
  for (const { key, operations, values } of decidable) {
    // AWS knows the key for this resource only where it says so.
    if (!listed.has(key)) found.set(key, [])
    else if (operations.test(request.operation)) {
      const decided = values(request.input, asked)
      if (decided) found.set(key, decided)
    }
  }
  const tags = hidesTags
    ? undefined
    : requestTags(request.input, action.startsWith('ec2:') ? type : undefined)
  if (!tags) return found
  for (const [key, value] of tags) {
    // Two tags whose keys differ in case are one key of a condition.
    const name = `aws:requesttag/${key.toLowerCase()}`
    found.set(name, [...(found.get(name) ?? []), value])
  }
  found.set('aws:tagkeys', [...tags.keys(), ...untaggedKeys(request.input)])
  if (action === 'ec2:CreateTags') found.set('ec2:createaction', isOwn ? [] : [request.operation])
  const get = (key: string) => found.get(key) ?? (key.startsWith('aws:requesttag/') ? [] : undefined)
  return Object.assign(new Map(found), { get })
}

const keysListed = (types: AskedAction['types'], type: string | undefined): ReadonlySet<string> => {
  const fitting = types.filter((each) => type === undefined || each.type === type)
  return new Set((fitting.length > 0 ? fitting : types).flatMap(({ keys }) => [...keys]))
}
