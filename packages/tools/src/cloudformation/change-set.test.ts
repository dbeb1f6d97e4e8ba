import { expect, test } from 'vitest'
import { agreedTool } from '../testing/agreed-tool.ts'
import { planOf, withoutWaiting } from '../testing/confirmation.ts'
import { operator } from '../testing/grant.ts'
import { type QueryExchange, queryAws } from '../testing/query-aws.ts'
import { added, changeSetId, changeSetIn, stackId, stackIn, takenBack } from '../testing/stack-answers.ts'
import { type ToolLineOptions, toolLine } from '../testing/tool-line.ts'
import { cloudformationCreateStack } from './create-stack.ts'
import { cloudformationUpdateStack } from './update-stack.ts'

const wanted = { account: 'prod', stackName: 'web', templateBody: '{"Resources":{}}', mode: 'apply' }
const names = 'ChangeSetName=mcp-TOKEN StackName=web'
const described = `DescribeChangeSet ${names}`
const created = `CreateChangeSet ${names} ClientToken=TOKEN ChangeSetType=CREATE TemplateBody={"Resources":{}}`
const isNew: QueryExchange = ['DescribeStacks StackName=web', 'ValidationError']
const isPlanned: QueryExchange = ['DescribeStacks StackName=web', stackIn('REVIEW_IN_PROGRESS')]
const made: QueryExchange = [created, { Id: changeSetId, StackId: stackId }]
const pending: QueryExchange = [described, changeSetIn('CREATE_IN_PROGRESS')]
const plan = (more: object = {}): QueryExchange => [
  described,
  changeSetIn('CREATE_COMPLETE', [added('Web')], more),
]

/** Two hours after the change set was made. */
const later = () => Date.UTC(2026, 0, 1, 2)
const old = { CreationTime: '2026-01-01T00:00:00Z' }
const recent = { CreationTime: '2026-01-01T01:55:00Z' }

const asked = (aws: Parameters<typeof toolLine>[1], options: ToolLineOptions = {}) =>
  toolLine(planOf(cloudformationCreateStack), aws, { as: operator, ...options }).run(wanted)

test('a plan that takes longer than the call goes on in the next call of the same arguments', async () => {
  await using aws = await queryAws(isNew, made, pending, isPlanned, pending, plan())
  const first = await toolLine(withoutWaiting(agreedTool(cloudformationCreateStack), 0.5), aws, {
    as: operator,
  }).run(wanted)
  expect(first.error).toMatchObject({
    code: 'timeout',
    message: expect.stringMatching(/call again with the same arguments.* change set mcp-[0-9a-f]{32}\./),
  })
  expect((await asked(aws)).data.resources).toHaveLength(1)
})

test('a plan whose question nobody answered is asked about again', async () => {
  await using aws = await queryAws(isPlanned, plan(recent))
  const { data } = await asked(aws, { now: later })
  expect(data.details).toMatchObject({ changeSet: changeSetId })
})

test.for<[string, object]>([
  ['is old', old],
  ['was carried out', { ...recent, ExecutionStatus: 'EXECUTE_COMPLETE' }],
  ['failed to be carried out', { ...recent, ExecutionStatus: 'EXECUTE_FAILED' }],
  ['is of a stack that has changed since', { ...recent, ExecutionStatus: 'OBSOLETE' }],
])('a change set that %s is made anew', async ([, more]) => {
  const other = plan({ ...recent, ChangeSetId: 'arn:other' })
  await using aws = await queryAws(isPlanned, plan(more), [`DeleteChangeSet ${names}`, {}], made, other)
  const { data } = await asked(aws, { now: later })
  expect(data.details.changeSet).toBe('arn:other')
})

test('one that is still being worked out is waited for, however old', async () => {
  await using aws = await queryAws(isPlanned, [described, changeSetIn('CREATE_PENDING', [], old)], plan(old))
  expect((await asked(aws, { now: later })).data.resources).toHaveLength(1)
})

test('what nobody has seen is not carried out', async () => {
  await using aws = await queryAws([described, 'ChangeSetNotFound'], [described, 'ValidationError'])
  for (const tool of [cloudformationCreateStack, cloudformationUpdateStack]) {
    const { confirm: _, ...unasked } = tool
    const { error } = await toolLine(unasked, aws, { as: operator }).run(wanted)
    expect(error.code).toBe('not_confirmed')
  }
})

test('the ticket of a refusal is good for the change set that it showed, and for no other', async () => {
  const { tenant } = operator
  const as = {
    ...operator,
    tenant: { ...tenant, confirmation: { withoutElicitation: 'second-call' as const } },
  }
  const options = { as, spent: { create: async () => 'created' as const } }
  const other = plan({ ChangeSetId: 'arn:other' })
  await using aws = await queryAws(
    ...[isNew, made, plan()],
    ...[
      isPlanned,
      other,
      other,
      [`DeleteChangeSet ChangeSetName=arn:other StackName=${stackId}`, {}] as const,
    ],
    ...takenBack.slice(1),
    ...[isPlanned, plan(), plan()],
    [`DescribeStackEvents StackName=${stackId}`, { StackEvents: [] }],
    [`ExecuteChangeSet ChangeSetName=${changeSetId} ClientRequestToken=TOKEN`, 'Throttling'],
  )
  const line = toolLine(cloudformationCreateStack, aws, options)
  const { error } = await line.run(wanted)
  expect(error).toMatchObject({
    code: 'confirmation_required',
    plan: { details: { changeSet: changeSetId } },
  })
  const confirmation = error.confirmation
  expect((await line.run({ ...wanted, confirmation })).error.code).toBe('not_confirmed')
  expect((await line.run({ ...wanted, confirmation })).error.aws.code).toBe('Throttling')
})
