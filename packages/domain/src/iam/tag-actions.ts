/**
 * The action that tags at creation need, where a service checks it apart (Service Authorization Reference, "Dependent
 * actions"). In doubt a service is not here: AWS then refuses tags at creation.
 */
export const tagActions = (
  service: string,
  operation: string,
  has: (member: string) => boolean,
): readonly string[] => {
  if (!creates.test(operation)) return []
  if (service === 'iam') return has('Tags') ? iamTag(operation) : []
  const entry = byService.get(service)
  return entry && has(entry[0]) ? [`${service}:${entry[1]}`] : []
}

const creates = /^(Allocate|Copy|Create|Import|Publish|Purchase|Put|Register|Request|Restore|Run|Start)[A-Z]/

const byService: ReadonlyMap<string, readonly [member: string, action: string]> = new Map([
  ['dynamodb', ['Tags', 'TagResource']],
  ['ec2', ['TagSpecifications', 'CreateTags']],
  ['ecr', ['tags', 'TagResource']],
  ['ecs', ['tags', 'TagResource']],
  ['elasticloadbalancing', ['Tags', 'AddTags']],
  ['events', ['Tags', 'TagResource']],
  ['kms', ['Tags', 'TagResource']],
  ['lambda', ['Tags', 'TagResource']],
  ['logs', ['tags', 'TagResource']],
  ['rds', ['Tags', 'AddTagsToResource']],
  ['secretsmanager', ['Tags', 'TagResource']],
  ['sns', ['Tags', 'TagResource']],
  ['sqs', ['tags', 'TagQueue']],
  ['states', ['tags', 'TagResource']],
])

/** IAM has an action for each kind, such as `iam:TagRole` for CreateRole. */
const iamTag = (operation: string): readonly string[] => {
  const kind = /^Create(InstanceProfile|OpenIDConnectProvider|Policy|Role|SAMLProvider|User)$/.exec(operation)
  return kind ? [`iam:Tag${kind[1]}`] : []
}
