import { type CostQuestion, GatewayError } from '@gateway/domain'
import { type Assessor, refusedFor } from './assessment.ts'
import { bucketCountFaults, bucketReads } from './buckets.ts'
import { type Charge, estimateOf, free, unpriced } from './charges.ts'
import { listOf, type Members, membersOf, recordOf, textOf } from './input-values.ts'
import { imageOf, listedPlatform } from './listed-instance.ts'
import { countFaults, countReads } from './running-instances.ts'
import { shown } from './shown-names.ts'
import { type StackResource, stackCost } from './stack-cost.ts'
import { propertiesAfter, propertiesIn } from './stack-properties.ts'

/** CloudFormation ExecuteChangeSet: a day of what it adds, replaces or changes. */
export const stackExecution: Assessor = {
  reads: (limits) => [
    'cloudformation:DescribeChangeSet',
    'cloudformation:GetTemplate',
    ...countReads(limits),
    ...bucketReads(limits),
  ],
  async assess(question, prices) {
    const { region, limits } = question
    const resources = await resourcesOf(question)
    const { charges, faults, instances, buckets, images } = stackCost({ resources, region, prices, limits })
    if (faults.length > 0) return refusedFor(...faults)
    const further = [
      ...(await countFaults(question, instances)),
      ...(await bucketCountFaults(question, buckets)),
    ]
    if (further.length > 0) return refusedFor(...further)
    const due = [...charges, ...(await unlisted(question, images))]
    const estimate =
      due.length > 0
        ? estimateOf(due, prices)
        : free('It adds nothing that is paid for while nobody uses it.')
    return { faults: [], estimate }
  },
}

/** One charge without a price for every image that is not known to be plain Linux, or that this call may not look at. */
const unlisted = async (
  { aws }: CostQuestion,
  images: readonly (string | undefined)[],
): Promise<readonly Charge[]> => {
  const charges: Charge[] = []
  for (const id of images) {
    const image = await imageOf({ aws }, id).catch(() => undefined)
    if (!image || !listedPlatform(image)) charges.push(unpriced(`instances of image ${shown('image', id)}`))
  }
  return charges
}

/** What a change set adds, replaces or changes but for tags. */
const resourcesOf = async (question: CostQuestion): Promise<readonly StackResource[]> => {
  const { ChangeSetName, StackName } = membersOf(question.request)
  const names = { ChangeSetName, ...(StackName !== undefined && { StackName }) }
  const { changes, parameters } = await changesOf(question, names)
  const due = changes.filter(isDue)
  const told = due.map(propertiesAfter)
  const declared = told.every((each) => each !== undefined)
    ? undefined
    : propertiesIn(await templateOf(question, names), parameters)
  return due.map((change, at) => ({
    logicalId: String(change.LogicalResourceId),
    type: String(change.ResourceType),
    properties: told[at] ?? declared?.get(String(change.LogicalResourceId)),
    isNew: change.Action !== 'Modify' || /^(True|Conditional)$/.test(String(change.Replacement)),
  }))
}

/** What is removed or only taken over costs nothing more, nor do tags. */
const isDue = ({ Action, Scope, Details }: Members): boolean => {
  if (/^(Remove|Import|SyncWithActual)$/.test(String(Action))) return false
  if (Action !== 'Modify') return true
  const changed = listOf(Details).map((each) => recordOf(recordOf(each).Target).Attribute)
  const scopes = changed.length > 0 ? changed : listOf(Scope)
  return scopes.length === 0 || scopes.some((scope) => !/^(Tags|Metadata)$/.test(String(scope)))
}

const changesOf = async ({ aws }: CostQuestion, names: object) => {
  const changes: Members[] = []
  let parameters: readonly Members[] = []
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const asked = { ...names, IncludePropertyValues: true, ...(token !== undefined && { NextToken: token }) }
    const answer = recordOf(await aws('cloudformation', 'DescribeChangeSet', asked))
    if (page === 0) parameters = listOf(answer.Parameters).map(recordOf)
    for (const each of listOf(answer.Changes)) {
      const { ResourceChange } = recordOf(each)
      if (ResourceChange !== undefined) changes.push(recordOf(ResourceChange))
    }
    token = textOf(answer.NextToken)
    if (token === undefined) return { changes, parameters }
  }
  throw new GatewayError(
    'cost_limit_exceeded',
    'The change set is too large to be priced; nothing was changed.',
  )
}

const mostPages = 100

/** Undefined where AWS does not give it; then what it declares has no price. */
const templateOf = async ({ aws }: CostQuestion, names: object): Promise<unknown> => {
  const asked = { ...names, TemplateStage: 'Processed' }
  const answer = await aws('cloudformation', 'GetTemplate', asked).catch((thrown: unknown) => {
    if (thrown instanceof GatewayError && thrown.code === 'aws_error') return undefined
    throw thrown
  })
  const { TemplateBody } = recordOf(answer)
  return typeof TemplateBody === 'object' && TemplateBody !== null
    ? JSON.stringify(TemplateBody)
    : TemplateBody
}
