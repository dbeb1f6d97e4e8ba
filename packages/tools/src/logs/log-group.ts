import { z } from 'zod'

const name = String.raw`[\w./#-]{1,512}`
const form = new RegExp(`^(${name}|arn:[\\w-]{1,20}:logs:[a-z0-9-]{1,30}:\\d{12}:log-group:${name})$`)

/** A log group by its name or ARN. CloudWatch Logs tells ARNs with `:*` at their end, and takes them without. */
export const logGroup = z
  .string()
  .overwrite((text) => text.replace(/:\*$/, ''))
  .refine((text) => form.test(text), 'must be the name or the ARN of one log group, without *')

/** As an operation takes it that has a field for each. */
export const namedOrArn = (group: string) =>
  group.startsWith('arn:') ? { logGroupIdentifier: group } : { logGroupName: group }
