import type { SessionPolicy } from '@gateway/domain'
import type { SdkOutput } from './service-modules.ts'

/** What STS answers to AssumeRole. */
export interface AssumedRole extends SdkOutput {
  readonly AssumedRoleUser?: { readonly Arn?: string }
  readonly Credentials?: {
    readonly AccessKeyId?: string
    readonly SecretAccessKey?: string
    readonly SessionToken?: string
    readonly Expiration?: Date
  }
  /** Per cent of the room for session policies and tags that this session took. */
  readonly PackedPolicySize?: number
}

/** Whether it is a session of exactly this role, in its account and under this name. */
export const isSessionOf = (
  { AssumedRoleUser }: AssumedRole,
  roleArn: string,
  sessionName: string,
): boolean => {
  const [, partition, , , accountId, path = ''] = roleArn.split(':')
  const name = path.split('/').at(-1)
  return AssumedRoleUser?.Arn === `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`
}

/** What narrows a session, as AssumeRole takes it. */
export const narrowedBy = (policy: SessionPolicy | undefined) => ({
  ...(policy && policy.document !== '' && { Policy: policy.document }),
  ...(policy && policy.arns.length > 0 && { PolicyArns: policy.arns.map((arn) => ({ arn })) }),
})

/** Its keys, as the AWS SDK takes them. */
export const keysOf = ({ Credentials = {} }: AssumedRole) => {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken }
}
