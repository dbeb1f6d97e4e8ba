import type { NormalizedSchema } from '@smithy/core/schema'

/** Where in a request a string ends up, as far as that limits what it may be. */
export type Placement = 'key' | 'label' | 'bucket' | 'host' | 'header' | 'body'

/** The place of a member; what is within a header stays there. */
export const placementOf = (
  service: string,
  name: string,
  schema: NormalizedSchema,
  within: Placement,
): Placement => {
  const traits = schema.getMergedTraits()
  if (traits.hostLabel) return 'host'
  if (traits.httpLabel) {
    if (service !== 's3') return 'label'
    return name === 'Bucket' ? 'bucket' : name === 'Key' ? 'key' : 'label'
  }
  if (traits.httpHeader !== undefined || traits.httpPrefixHeaders !== undefined) return 'header'
  return within
}

/** What is wrong with a string at its place, if anything. */
export const placementFault = (text: string, place: Placement): string | undefined => {
  if (!text.isWellFormed()) return 'is not well-formed Unicode'
  if (place === 'body') return undefined
  if (place === 'header')
    return headerText.test(text) ? undefined : 'goes into a header: ASCII without line breaks only'
  if (text === '') return 'must not be empty: it is part of the address'
  if (place === 'host') return hostLabel.test(text) ? undefined : 'must be 1-63 of A-Z, a-z, 0-9 and -'
  if (place === 'bucket') return bucketFault(text)
  if (/\p{Cc}/u.test(text)) return 'must not have control characters'
  // Percent-encoding leaves dots alone, so such a segment would lead to another resource (RFC 3986 section 5.2.4).
  if (place === 'label' && text.split(/[/\\]/).some((segment) => segment === '.' || segment === '..'))
    return 'must not have . or .. as a segment'
  return undefined
}

/** Whether a key of a map can be part of a header's name (RFC 9110 section 5.6.2). */
export const isHeaderName = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]{1,128}$/.test(name)

const headerText = /^[\t\x20-\x7e]*$/
const hostLabel = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/**
 * Names of buckets only (S3 User Guide, "Bucket naming rules"; capitals and _ are those of old buckets). With ARNs and
 * aliases the SDK would choose another host, perhaps in another region, and a bucket of another account.
 */
const bucketFault = (name: string): string | undefined => {
  if (!/^[A-Za-z0-9][\w.-]{1,253}[A-Za-z0-9]$/.test(name) || name.includes('..'))
    return 'must be the name of a bucket'
  return /(-s3alias|--ol-s3|--x-s3|--table-s3|--op-s3|\.mrap)$/.test(name)
    ? 'must not be an access point alias or a directory bucket'
    : undefined
}
