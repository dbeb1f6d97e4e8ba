import { type Grant, type MicroUsd, usdText } from '@gateway/domain'

/** What calls may start and spend, in plain words; nothing where the tenant limits nothing. */
export const costWords = (
  { costControl, budget }: Grant['tenant'],
  left: MicroUsd | undefined,
): readonly string[] => {
  const { ec2 = {}, s3 = {}, lambda = {} } = costControl
  const limits = [
    ec2.instanceTypes && `EC2 instances are of type ${ec2.instanceTypes.join(' or ')}`,
    ec2.maxRunning !== undefined && `at most ${ec2.maxRunning} instances run in an account and region`,
    ec2.maxPerCall !== undefined && `a call launches at most ${ec2.maxPerCall} instances`,
    s3.maxBuckets !== undefined && `an account has at most ${s3.maxBuckets} buckets`,
    s3.maxStorageGb !== undefined && `an account stores at most ${s3.maxStorageGb} GB in S3`,
    lambda.maxMemoryMb !== undefined && `a Lambda function has at most ${lambda.maxMemoryMb} MB`,
    lambda.maxConcurrency !== undefined &&
      `a Lambda function has a concurrency of at most ${lambda.maxConcurrency}`,
  ].filter((limit) => limit !== undefined && limit !== false)
  return [
    ...(limits.length > 0 ? [`Limits: ${limits.join('; ')}.`] : []),
    ...(budget
      ? [
          `The tenant may spend ${usdText(budget.dailyUsd * 1_000_000)} a day (UTC)${left === undefined ? '' : `, of which ${usdText(Math.max(0, left))} are left today`}.`,
        ]
      : []),
  ]
}
