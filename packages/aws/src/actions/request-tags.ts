import type { AwsRequest } from '@gateway/domain'
import { someMember, textsAt, valuesAt } from './input-texts.ts'

/**
 * Tags that a request gives to a resource; undefined where it has some that cannot be read. AWS has a dozen shapes of them: lists
 * of keys and values, maps, and the query string of S3.
 */
export const requestTags = (
  input: object,
  type: string | undefined,
): ReadonlyMap<string, string> | undefined => {
  const found = new Map<string, string>()
  for (const path of tagPaths)
    for (const each of valuesAt(input, path)) {
      // A text is a query string in S3 alone; elsewhere it is the key of a tag that is taken away.
      if (typeof each === 'string' && path !== 'Tagging') return undefined
      if (!collect(each, found)) return undefined
    }
  for (const specifications of ['TagSpecifications', 'TagSpecification'])
    for (const specification of valuesAt(input, specifications)) {
      const [kind] = textsAt(specification, 'ResourceType')
      if (type !== undefined && kind !== undefined && kind !== type) continue
      for (const each of valuesAt(specification, 'Tags')) if (!collect(each, found)) return undefined
    }
  return found
}

/** Keys of tags that a request takes away. */
export const untaggedKeys = (input: object): readonly string[] =>
  keyPaths.flatMap((path) => textsAt(input, `${path}.*`))

/** Whether a request may give tags that are not collected here: in its depth, by another name, or in a launch template. */
export const hidesTags = ({ service, input }: AwsRequest): boolean =>
  (service === 'ec2' &&
    ['LaunchTemplate', 'LaunchTemplateConfigs', 'SpotFleetRequestConfig.LaunchTemplateConfigs'].some(
      (path) => valuesAt(input, path).length > 0,
    )) ||
  someMember(
    input,
    (name, depth) => tagMember.test(name) && !noTag.test(name) && !(depth === 1 && collected.has(name)),
    // What is collected as a whole is not to be looked into.
    (name, depth) => depth === 1 && collected.has(name),
  )

const tagMember = /tag(s|ging|set|list|slist|keys?|keylist|specifications?|stoadd|storemove)?$/i

/** Versions of what is stored, images and rows. */
const noTag = /^(e|image|row)tags?$/i

const keyPaths = ['TagKeys', 'tagKeys', 'TagKeyList', 'TagsToRemove', 'Keys', 'RemoveTagKeys']

const tagPaths = [
  'Tags',
  'tags',
  'TagList',
  'tagList',
  'TagSet',
  'TagsList',
  'Tagging',
  'Tagging.TagSet',
  'AddTags',
  'TagsToAdd',
  'BackupPlanTags',
  'BackupVaultTags',
  'FrameworkTags',
  'ReportPlanTags',
  'ResourceTags',
  'CreateBucketConfiguration.Tags',
]

/** Members of an input that are read as a whole. */
const collected: ReadonlySet<string> = new Set([
  ...tagPaths.map((path) => path.replace(/\..*$/, '')),
  ...keyPaths,
  'TagSpecification',
  'TagSpecifications',
  // Only whether, and of what, tags are.
  'TaggingDirective',
])

/** One tag, or a map of them, or a query string; false where it is none of these. */
const collect = (value: unknown, found: Map<string, string>): boolean => {
  if (typeof value === 'string') {
    for (const [key, each] of new URLSearchParams(value)) found.set(key, each)
    return true
  }
  if (typeof value !== 'object' || value === null) return false
  const key = textOf(value, keyNames)
  if (key !== undefined) {
    found.set(key, textOf(value, valueNames) ?? '')
    return true
  }
  if (Object.hasOwn(value, 'TagSet')) return true
  for (const [name, each] of Object.entries(value)) {
    if (typeof each !== 'string') return false
    found.set(name, each)
  }
  return true
}

const keyNames = ['Key', 'key', 'TagKey', 'tagKey']
const valueNames = ['Value', 'value', 'TagValue', 'tagValue']

const textOf = (value: object, names: readonly string[]): string | undefined =>
  names.flatMap((name) => textsAt(value, name))[0]
