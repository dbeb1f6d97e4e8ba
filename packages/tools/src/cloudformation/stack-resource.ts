import { defineResource } from '@gateway/domain'
import { aliasesOf } from '../prompts/completions.ts'
import { isStackName } from './stack-name.ts'
import { findStack, recordOf } from './stack-record.ts'
import { resourcesOf } from './stack-resources.ts'

/**
 * A stack as a document that a host can attach and follow. Its name is not completed: suggestions come from the grant alone,
 * never from AWS (`Complete`); aws_cloudformation_describe_stacks lists the names.
 */
export const cloudformationStack = defineResource({
  uri: 'aws://{account}/{region}/stacks/{name}',
  name: 'cloudformation-stack',
  title: 'CloudFormation stack',
  description:
    'Status, outputs and resources of a CloudFormation stack; followers hear when its status changes.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
  watched: true,
  complete: {
    account: aliasesOf,
    region: ({ tenant }, typed) =>
      tenant.permissions.allowedRegions.filter((region) => region.startsWith(typed)),
  },
  async read(context, { uri, variables: { name = '' } }) {
    const stack = isStackName(name) ? await findStack(context, name) : undefined
    if (!stack) return undefined
    const resources = await resourcesOf(context, stack.StackId ?? name)
    const text = JSON.stringify({ ...recordOf(stack), resources })
    return [{ uri, mimeType: 'application/json', text }]
  },
})
