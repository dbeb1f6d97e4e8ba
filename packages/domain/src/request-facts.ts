import type { AwsRequest } from './aws.ts'

/** Where a request goes. */
export interface RequestPlace {
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string
  readonly region: string
  readonly accountId: string
}

/** One action that AWS checks for a request, on one resource. */
export interface RequestFacts {
  /** Such as `ec2:TerminateInstances`. */
  readonly action: string
  /** ARN; `*` where AWS checks no resource for the action; undefined where it cannot be told from the request. */
  readonly resource: string | undefined
  /**
   * Where `resource` is undefined: a pattern with `*` and `?` that it fits for sure, such as `arn:aws:iam::111122223333:role/*admin`.
   * None before the fifth colon stands for a colon. Absent where it may be of any account that nobody can tell.
   */
  readonly within?: string
  /** Condition keys in lower case that the request decides, such as `aws:requesttag/team`; an empty list is a key that is absent. */
  readonly keys: ReadonlyMap<string, readonly string[]>
}

/** The names that IAM knows (Service Authorization Reference). Asks AWS nothing. */
export interface ActionNames {
  /** Whether a pattern such as `s3:Get*` stands for any action that there is. */
  knows(pattern: string): boolean
  /** The nearest actions to a pattern that stands for none, of the nearest services where there is no such service; best first. */
  suggest(pattern: string): readonly string[]
  /** Whether a condition key is one of AWS's, of any service or of all. */
  knowsKey(key: string): boolean
}

/** What the gateway knows of IAM's actions (Service Authorization Reference). Asks AWS nothing. */
export interface ActionCatalogue extends ActionNames {
  /** Every action and resource that AWS checks for a request; at least one for each of `iamActionsOf`. */
  factsOf(request: AwsRequest, place: RequestPlace): readonly RequestFacts[]
  /**
   * ARNs of roles and instance profiles that a request passes to a service (`iam:PassRole`), names made whole; one that cannot be
   * told, such as that of a launch template, is `unknown`.
   */
  passedRoles(request: AwsRequest, place: RequestPlace): readonly (string | 'unknown')[]
}
