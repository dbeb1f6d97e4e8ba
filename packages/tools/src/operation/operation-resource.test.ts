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
