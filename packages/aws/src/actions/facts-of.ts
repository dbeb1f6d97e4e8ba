import { type AwsRequest, iamActionsOf, type RequestFacts, type RequestPlace } from '@gateway/domain'
import { type AskedAction, anyResource, type CheckedResource } from './asked-action.ts'
import { genericResources, isIn, subjectOf } from './generic-resources.ts'
import { inputTexts } from './input-texts.ts'
import { requestKeys } from './request-keys.ts'
import { hidesTags } from './request-tags.ts'
import { resourceRules } from './rules/resource-rules.ts'
import type { CheckedType } from './stored-actions.ts'

/** What AWS checks for an action by its name, such as `ec2:RunInstances`; undefined for one that is not known. */
export type CheckedTypesOf = (action: string) => readonly CheckedType[] | undefined

/** Every action and resource that AWS checks for a request, without the roles that it passes. */
export const factsOf = (
  request: AwsRequest,
  place: RequestPlace,
  typesOf: CheckedTypesOf,
): readonly RequestFacts[] => {
  const texts = inputTexts(request.input)
  const hidden = hidesTags(request)
  const main = iamActionsOf(request.service, request.operation, request.input)
  return main.flatMap((action, i) => {
    const types = typesOf(action)
    const isOwn =
      i === 0 || !isTagging.test(action) || isTagging.test(`${request.service}:${request.operation}`)
    const asked: AskedAction = {
      request,
      place,
      action,
      isOwn,
      types: types ?? [],
      texts: texts ?? [],
      hidesTags: hidden,
    }
    const found = types && texts ? resourcesOf(asked, typesOf(main[0] ?? '')) : [anyResource]
    return unique(found).map(({ type, arn, within }) => ({
      action,
      resource: arn,
      ...(arn === undefined && within !== undefined && { within }),
      keys: requestKeys(asked, type),
    }))
  })
}

/** Actions of tags, which AWS asks for beside that of the operation where a thing is made with some. */
const isTagging = /:(AddTags\w*|CreateTags|Tag[A-Z]?\w*)$/

const resourcesOf = (
  asked: AskedAction,
  mainTypes: readonly CheckedType[] | undefined,
): readonly CheckedResource[] => {
  const service = asked.action.slice(0, asked.action.indexOf(':'))
  if (isElsewhere(asked)) return [anyResource]
  const found = resourceRules.get(service)?.(asked) ?? genericResources(asked)
  if (asked.isOwn || !mainTypes) return found
  // What is tagged as it is made is what the operation itself is about.
  const own = resourcesOf({ ...asked, isOwn: true, types: mainTypes }, undefined)
  const subject = subjectOf({ ...asked, types: mainTypes })
  const isMade = subject !== undefined && isIn(asked.request.operation, subject)
  const made = isMade ? own.filter(({ type }) => type === subject.type) : []
  if (tellsTagged.has(service)) return found
  if (made.length === 0) return [...found, anyResource]
  // What is copied or restored is among them, and what comes of it need not be.
  return takesOthers.test(asked.request.operation) ? [...made, anyResource] : made
}

/** Services whose rules know what is tagged as it is made. */
const tellsTagged: ReadonlySet<string> = new Set(['ec2', 'kms'])

const takesOthers = /^(Copy|Register|Restore|Run|Start)[A-Z]/

const unique = (found: readonly CheckedResource[]): readonly CheckedResource[] => {
  const byName = new Map(
    found.map((each) => [`${each.type ?? ''} ${each.arn ?? ''} ${each.within ?? ''}`, each]),
  )
  return byName.size > 0 ? [...byName.values()] : [anyResource]
}

/** Whether a request says that what it names is in a catalogue or registry of another account. */
const isElsewhere = ({ request, place, texts }: AskedAction): boolean => {
  const member = owners.get(request.service)
  return texts.some(
    ({ member: name, value, depth }) => depth === 1 && name === member && value !== place.accountId,
  )
}

/** Members, in lower case, that name the account. */
const owners: ReadonlyMap<string, string> = new Map([
  ['budgets', 'accountid'],
  ['ecr', 'registryid'],
  ['glue', 'catalogid'],
])
