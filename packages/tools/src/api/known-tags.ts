import { GatewayError, type OperationClass, type Tenant, type ToolContext } from '@gateway/domain'
import { resourceTags } from '../ec2/resource-tags.ts'
import { tagsOf } from '../ec2/tags.ts'
import { typedAws } from '../typed-aws.ts'

type Tags = Readonly<Record<string, string>>

/** Tags of resources by their ids; of one that is not there they are not known. */
export type KnownTags = ReadonlyMap<string, Tags>

/** What a call is to whoever asks for the tags of its resources. */
interface TaggedCall {
  readonly service: string
  readonly access: OperationClass
}

/** IAM actions of `knownTags`: none where nothing depends on tags. */
export const tagReads = ({ service, access }: TaggedCall, tenant: Tenant | undefined): readonly string[] => {
  const byRule = tenant?.confirmation.rules.some(({ when }) => when.tags !== undefined) ?? false
  if (access !== 'destructive' && !byRule) return []
  if (service === 'ec2') return ['ec2:DescribeTags']
  return tenant?.permissions.allowedServices.includes('tag') ? ['tag:GetResources'] : []
}

/**
 * Tags of resources by their ids: those of EC2, and ARNs where the tenant allows service `tag`. What is missing is not known: no tool
 * of AWS tells the tags of everything by a name, and whoever may not read them may all the same act on it.
 */
export const knownTags = async (
  context: ToolContext,
  call: TaggedCall,
  ids: readonly string[],
): Promise<KnownTags> => {
  const [read] = tagReads(call, context.grant.tenant)
  const asked = ids.filter((id) => (read === 'tag:GetResources' ? id.startsWith('arn:') : idOfEc2.test(id)))
  if (read === undefined || asked.length === 0) return new Map()
  return (read === 'tag:GetResources' ? tagsByArn(context, asked) : resourceTags(context, asked)).catch(
    unknown,
  )
}

const idOfEc2 = /^[a-z]{1,12}(-[a-z]+)*-[0-9a-f]{8,17}$/

/** What is not in the answer has never had tags, or is of a kind that this operation does not know. */
const tagsByArn = async (context: ToolContext, arns: readonly string[]): Promise<KnownTags> => {
  const { ResourceTagMappingList = [] } = await typedAws(context, 'tag', 'GetResources', {
    ResourceARNList: [...arns],
  })
  return new Map(
    ResourceTagMappingList.map(({ ResourceARN = '', Tags = [] }) => [ResourceARN, tagsOf({ Tags })]),
  )
}

const unknown = (thrown: unknown): KnownTags => {
  const refused = ['aws_error', 'boundary_denied', 'policy_denied']
  if (thrown instanceof GatewayError && refused.includes(thrown.code)) return new Map()
  throw thrown
}
