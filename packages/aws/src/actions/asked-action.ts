import type { AwsRequest, RequestPlace } from '@gateway/domain'
import type { InputText } from './input-texts.ts'
import type { CheckedType } from './stored-actions.ts'

/** One action of a request, and what AWS may check for it. */
export interface AskedAction {
  readonly request: AwsRequest
  readonly place: RequestPlace
  /** Such as `ec2:RunInstances`. */
  readonly action: string
  /** What the request itself does first; tags at creation are an action of their own beside it. */
  readonly isOwn: boolean
  readonly types: readonly CheckedType[]
  readonly texts: readonly InputText[]
  /** Whether the input may have tags that `requestTags` does not collect. */
  readonly hidesTags: boolean
}

/** A resource of an action. */
export interface CheckedResource {
  readonly type?: string | undefined
  /** Undefined where the request does not say it. */
  readonly arn: string | undefined
  /** Where it does not: what it is for sure, `*` for the rest. */
  readonly within?: string | undefined
}

/** What AWS checks for an action by the rules of its service; undefined where the general rule says it. */
export type ResourceRule = (asked: AskedAction) => readonly CheckedResource[] | undefined

/** A resource of which nothing is known. */
export const anyResource: CheckedResource = { arn: undefined }

/** Makes ARNs of a service in the place of a request: in its region and account. */
export const arnIn =
  (service: string, { partition, region, accountId }: RequestPlace) =>
  (resource: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`
