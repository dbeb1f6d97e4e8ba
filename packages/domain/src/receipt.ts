import { z } from 'zod'

/** Who a result ran as and where: in every result, so that a wrong account is seen at once. */
export const receiptSchema = z.object({
  tenant: z.string(),
  account: z.string().describe('alias'),
  accountId: z.string(),
  role: z.string().describe('ARN of the IAM role, profile/NAME, or none where AWS was not asked'),
  region: z.string(),
  action: z.string().describe('IAM actions of the call'),
  class: z.string().describe('read, write, ...'),
  requestId: z.string().optional().describe("AWS's request id, as in CloudTrail"),
  decisionId: z.string().describe("id of the gateway's audit record"),
})

export type Receipt = z.infer<typeof receiptSchema>
