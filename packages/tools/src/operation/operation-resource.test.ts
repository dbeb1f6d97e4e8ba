import { expect, test } from 'vitest'
import { operator } from '../testing/grant.ts'
import { queryAws } from '../testing/query-aws.ts'
import { reading } from '../testing/reading.ts'
import { operationIdOf } from '../testing/sealing.ts'
import { eventsOf, stackId, stackIn } from '../testing/stack-answers.ts'
import { toolLine } from '../testing/tool-line.ts'
import { oneOperation } from './operation-resource.ts'

const stack = { kind: 'stack', facts: { stackId, stackName: 'web', since: 'e0', total: '1' } }

test('an operation as a document, where its id says that it is', async () => {
  await using aws = await queryAws(
    [`DescribeStacks StackName=${stackId}`, stackIn('DELETE_IN_PROGRESS')],
    [`DescribeStackEvents StackName=${stackId}`, eventsOf('e0 web X')],
  )
  const id = await operationIdOf(stack, { account: 'dev', region: 'us-east-1' })
  const aim = oneOperation.aim?.({ id }) ?? {}
  expect(aim).toMatchObject({ account: 'dev', region: 'us-east-1' })
  const { account, region } = aim
  const { data } = await toolLine(reading(oneOperation, { id }), aws, { as: operator }).run({
    account,
    region,
  })
  expect(data).toMatchInlineSnapshot(`
    {
      "events": [],
      "kind": "stack",
      "resourcesDone": 0,
      "resourcesTotal": 1,
      "state": "running",
      "status": "DELETE_IN_PROGRESS",
    }
  `)
})

test.for<[stack: string, state: string, isFinal: boolean]>([
  ['UPDATE_IN_PROGRESS', 'running', false],
  ['UPDATE_COMPLETE', 'done', true],
  ['UPDATE_ROLLBACK_COMPLETE', 'failed', true],
])('whether it is over can be told by its text: of a stack in %s, %s', async ([status, state, isFinal]) => {
  await using aws = await queryAws(
    [`DescribeStacks StackName=${stackId}`, stackIn(status)],
    [`DescribeStackEvents StackName=${stackId}`, eventsOf('e1 web UPDATE_IN_PROGRESS', 'e0 web X')],
  )
  const id = await operationIdOf(stack, { account: 'dev', region: 'us-east-1' })
  const line = toolLine(reading(oneOperation, { id }), aws, { as: operator })
  const { data } = await line.run({ account: 'dev', region: 'us-east-1' })
  expect(data.state).toBe(state)
  const { kind, state: told, ...more } = data
  expect(oneOperation.isFinal?.(JSON.stringify({ kind, state: told, ...more }))).toBe(isFinal)
})

test.for([
  ['{"kind":"logs-query","state":"cancelled","note":"[redacted', true],
  ['{"kind":"stack","state":"running","reason":"{\\"kind\\":\\"stack\\",\\"state\\":\\"done\\"}"}', false],
  ['', false],
] as const)('only its own beginning says so: %s', ([text, isFinal]) => {
  expect(oneOperation.isFinal?.(text)).toBe(isFinal)
})

test.for(['', 'nothing', 'bm90aGluZw.x', '..', 'a.b.c'])('%s leads nowhere', async (id) => {
  await using aws = await queryAws()
  expect(oneOperation.aim?.({ id })).toEqual({})
  expect(oneOperation.scopeOf?.({ id })).toEqual({ access: 'read', iamActions: [] })
  const { error } = await toolLine(reading(oneOperation, { id }), aws, { as: operator }).run()
  expect(error.code).toBe('unknown_operation_id')
})

test('the id of another tenant is none', async () => {
  await using aws = await queryAws()
  const id = await operationIdOf(stack, { as: { ...operator, tenant: { ...operator.tenant, id: 'globex' } } })
  const { error } = await toolLine(reading(oneOperation, { id }), aws, { as: operator }).run()
  expect(error.code).toBe('unknown_operation_id')
})
