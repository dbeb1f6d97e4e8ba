/** Who a result ran as and where: in every result, so that a wrong account is seen at once. */
export interface Receipt {
  readonly tenant: string
  /** Alias. */
  readonly account: string
  readonly accountId: string
  /** ARN of the IAM role, `profile/NAME`, `own-credentials`, or `none` where AWS was not asked. */
  readonly role: string
  readonly region: string
  /** IAM actions of the call. */
  readonly action: string
  /** `read`, `write`, ... */
  readonly class: string
  /** AWS's request id, as in CloudTrail. */
  readonly requestId?: string
  /** Id of the gateway's audit record. */
  readonly decisionId: string
  /** What the tenant's budget was charged with, or `unpriced`; absent where the call cost nothing. */
  readonly cost?: string
  /** Of today's budget (UTC); absent where the tenant has none. */
  readonly budgetLeft?: string
}
