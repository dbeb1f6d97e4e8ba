import { expect, test } from 'vitest'
import { agreedTool } from '../testing/agreed-tool.ts'
import { planOf, withoutWaiting } from '../testing/confirmation.ts'
import { operator } from '../testing/grant.ts'
import { type QueryExchange, queryAws } from '../testing/query-aws.ts'
import {
  added,
  changeSetId,
  changeSetIn,
  noLeftovers,
  stackId,
  stackIn,
  takenBack,
} from '../testing/stack-answers.ts'
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
  await using aws = await queryAws(
    isPlanned,
    plan(more),
    [`DeleteChangeSet ${names}`, {}],
    noLeftovers,
    made,
    other,
  )
  const { data } = await asked(aws, { now: later })
  expect(data.details.changeSet).toBe('arn:other')
})

const nameOf = (digit: string) => `mcp-${digit.repeat(32)}`
const listed = (id: string, more: object = {}) => ({
  StackId: stackId,
  ChangeSetId: `arn:${id}`,
  ChangeSetName: nameOf('a'),
  Status: 'CREATE_COMPLETE',
  ExecutionStatus: 'AVAILABLE',
  CreationTime: old.CreationTime,
  ...more,
})
const list = (...Summaries: readonly object[]): QueryExchange => [
  `ListChangeSets StackName=${stackId}`,
  { Summaries },
]
const swept = (id: string): QueryExchange => [
  `DeleteChangeSet ChangeSetName=arn:${id} StackName=${stackId}`,
  {},
]
const updating: QueryExchange = [
  `CreateChangeSet ${names} ClientToken=TOKEN ChangeSetType=UPDATE TemplateBody={"Resources":{}}`,
  { Id: changeSetId, StackId: stackId },
]

const { CreationTime: _, ...undated } = listed('undated')

test('what nobody gave their word for is removed by the next plan of that stack, and nothing else is', async () => {
  await using aws = await queryAws(
    ['DescribeStacks StackName=web', stackIn('CREATE_COMPLETE')],
    [described, 'ChangeSetNotFound'],
    list(
      listed('unanswered'),
      listed('theirs', { ChangeSetName: 'mcp-release' }),
      listed('recent', { CreationTime: '2026-01-01T01:05:00Z' }),
      listed('pending', { Status: 'CREATE_IN_PROGRESS', ExecutionStatus: 'UNAVAILABLE' }),
      listed('running', { ExecutionStatus: 'EXECUTE_IN_PROGRESS' }),
      listed('done', { ExecutionStatus: 'EXECUTE_COMPLETE' }),
      listed('going', { Status: 'DELETE_IN_PROGRESS' }),
      listed('failed', { Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE' }),
      undated,
      listed('elsewhere', { StackId: 'arn:other' }),
    ),
    swept('unanswered'),
    [swept('failed')[0], 'ChangeSetNotFound'],
    updating,
    plan(),
  )
  const line = toolLine(planOf(cloudformationUpdateStack), aws, { as: operator, now: later })
  expect((await line.run(wanted)).data.resources).toHaveLength(1)
})

test('one plan removes a few of them', async () => {
  const ids = ['1', '2', '3', '4', '5', '6', '7']
  await using aws = await queryAws(
    ['DescribeStacks StackName=web', stackIn('CREATE_COMPLETE')],
    [described, 'ChangeSetNotFound'],
    list(...ids.map((id) => listed(id))),
    ...ids.slice(0, 5).map(swept),
    updating,
    plan(),
  )
  const line = toolLine(planOf(cloudformationUpdateStack), aws, { as: operator, now: later })
  expect((await line.run(wanted)).data.resources).toHaveLength(1)
})

test.for<[string, readonly object[], readonly QueryExchange[], readonly QueryExchange[]]>([
  ['of an unanswered question goes with the next plan', [listed('mine')], [swept('mine')], takenBack],
  ['of somebody else who has left stays', [], [], takenBack.slice(0, 1)],
])('the empty stack %s', async ([, summaries, sweeps, after]) => {
  await using aws = await queryAws(
    ...[isPlanned, [described, 'ChangeSetNotFound'] as const, list(...summaries), ...sweeps],
    ...[made, plan(), ...after],
  )
  const line = toolLine(cloudformationCreateStack, aws, { as: operator, now: later })
  expect((await line.run({ ...wanted, mode: 'plan' })).data.state).toBe('planned')
})

const nested = { Action: 'Add', ResourceType: 'AWS::CloudFormation::Stack' }

test.for<[string, readonly object[], string]>([
  ['one', [{ ...nested, LogicalResourceId: 'Net' }], '1 of them is a nested stack'],
  [
    'two',
    [
      { ...nested, LogicalResourceId: 'Net' },
      { ...nested, LogicalResourceId: 'App' },
    ],
    '2 of them are nested stacks',
  ],
])('a plan says that what is in nested stacks is not listed: %s', async ([, changes, said]) => {
  const answer: QueryExchange = [described, changeSetIn('CREATE_COMPLETE', [added('Web'), ...changes])]
  const round = [isNew, made, answer, ...takenBack]
  await using aws = await queryAws(...round, ...round)
  // Who has not named capabilities is no administrator.
  expect((await asked(aws)).error.message).toContain('AWS::CloudFormation::Stack may change')
  const { data } = await toolLine(cloudformationCreateStack, aws, { as: operator }).run({
    ...wanted,
    mode: 'plan',
  })
  expect(data).toMatchObject({
    state: 'planned',
    reason: expect.stringMatching(new RegExp(`${said}.* not listed`)),
  })
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

test('no second call stands for a person, and nothing is left of the plan', async () => {
  const { tenant } = operator
  const as = {
    ...operator,
    tenant: {
      ...tenant,
      confirmation: { ...tenant.confirmation, withoutElicitation: 'second-call' as const },
    },
  }
  const options = { as, spent: { create: async () => 'created' as const } }
  await using aws = await queryAws(...[isNew, made, plan()], ...[plan()], ...takenBack)
  const { error } = await toolLine(cloudformationCreateStack, aws, options).run(wanted)
  expect(error).toMatchObject({
    code: 'confirmation_required',
    plan: { details: { changeSet: changeSetId } },
  })
  expect(error).not.toHaveProperty('confirmation')
})
