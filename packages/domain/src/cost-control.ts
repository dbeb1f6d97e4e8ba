import { z } from 'zod'

const count = z.int().min(0).max(1_000_000)

/** Limits on what calls may start, whatever it costs; each absent one is no limit. */
export const costControl = z.strictObject({
  ec2: z
    .strictObject({
      /** Patterns of instance types that may be launched or changed to, such as `t3.*`; `*` and `?` as in IAM. */
      instanceTypes: z
        .array(z.string().regex(/^[a-z0-9*?.-]{1,64}$/, 'must be an instance type such as t3.micro, or t3.*'))
        .min(1)
        .max(100)
        .optional(),
      /** Instances that are pending or running in one account and region, those of a launch among them. */
      maxRunning: count.optional(),
      /** Instances of one call. */
      maxPerCall: count.optional(),
    })
    .optional(),
  s3: z
    .strictObject({
      /** Buckets of one account, a new one among them. */
      maxBuckets: count.optional(),
      /** Gigabytes (10^9 bytes) that one account stores by AWS's daily metric, and what a call puts beside them. */
      maxStorageGb: z.number().min(0).max(1_000_000_000).optional(),
    })
    .optional(),
  lambda: z
    .strictObject({
      /** Megabytes of one function. */
      maxMemoryMb: z.int().min(128).max(10_240).optional(),
      /** Reserved or provisioned concurrency of one function. */
      maxConcurrency: count.optional(),
    })
    .optional(),
})

export type CostControl = z.infer<typeof costControl>
