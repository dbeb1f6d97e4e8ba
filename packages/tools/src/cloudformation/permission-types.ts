import { GatewayError } from '@gateway/domain'
import type { ChangeRecord } from './change-record.ts'

/**
 * Types that say who may do what, open something to others, or hold resources and code that no plan shows. As single calls
 * of AWS their operations take an administrator, and so do they in a stack.
 */
const permissionTypes =
  /^(AWS::(IAM|IdentityStore|Organizations|RAM|SSO)::\w+|AWS::CloudFormation::(CustomResource|Macro|Stack|StackSet)|Custom::.+|AWS::EC2::VPC(EndpointServicePermissions|PeeringConnection)|AWS::KMS::(Key|ReplicaKey)|AWS::Lambda::(LayerVersionPermission|Permission|Url)|AWS::S3::(AccessGrant\w*|AccessPoint\w*|BucketPolicy|MultiRegionAccessPoint\w*)|AWS::SNS::Topic(Inline)?Policy|AWS::SQS::Queue(Inline)?Policy|AWS::(ECR|Events|Logs|SecretsManager)::(EventBus|Registry|Resource)Policy)$/

/** Of those the ones that a deletion needs rights for that only administrators have. */
const endTypes = /^AWS::(IAM::\w+|CloudFormation::Stack)$/

/** What is said of changes that take an administrator, where the call is not one of one; undefined where none do. */
export const lackOf = (changes: readonly ChangeRecord[], kind: 'change' | 'end'): string | undefined => {
  const pattern = kind === 'change' ? permissionTypes : endTypes
  const touched = kind === 'change' ? changes : changes.filter(({ action }) => action === 'Remove')
  const types = [...new Set(touched.map(({ type }) => type).filter((type) => pattern.test(type)))].sort()
  if (types.length === 0) return undefined
  const shown =
    types.length > 5 ? `${types.slice(0, 5).join(', ')} and ${types.length - 5} more` : types.join(', ')
  return `${shown} may change who may do what: apply with capabilities ["CAPABILITY_NAMED_IAM"], which takes an administrator.`
}

/** Refuses to apply changes that take an administrator by a call that is not one of one. */
export const refused = (lack: string) => new GatewayError('invalid_arguments', `${lack} Nothing was changed.`)
