import { expect, test } from 'vitest'
import type { Grant } from './grant.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { listThings } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'

const paging = () =>
  callLine({ aws: async () => ({ output: { names: ['one'], token: 'token-of-aws' }, attempts: 1 }) })

test("another tenant's account cannot be aimed at, and AWS hears nothing", async () => {
  const line = callLine()
  for (const account of ['prod', 'dev', '111111111111', 'acme/prod', 'arn:aws:iam::111111111111:root']) {
    const result = await line.run({ grant: grantIn('globex'), args: { account } })
    expect(refusalOf(result).code).toBe('account_not_linked')
    expect(JSON.stringify(result)).not.toMatch(/acme|prod|dev|1{11}/)
  }
  expect(line.sent).toEqual([])
})

test('no argument names a tenant, a role or credentials', async () => {
  const line = callLine()
  const fields = [
    'tenant',
    'tenantId',
    'tenant_id',
    'role',
    'roleArn',
    'role_arn',
    'externalId',
    'profile',
    'accountId',
  ]
  for (const field of [...fields, 'endpoint', 'credentials', 'constructor', 'prototype']) {
    const result = await line.run({ grant: grantIn('globex'), args: { [field]: 'acme' } })
    expect([field, refusalOf(result).code]).toEqual([field, 'invalid_arguments'])
  }
  expect(line.sent).toEqual([])
})

test('a cursor works for nobody but its own user, in its own place and query', async () => {
  const line = paging()
  const own = { filter: 'x' }
  const { nextCursor: token } = (await line.run({ args: own })).structured
  const again = (grant: Grant, args: object) => line.run({ grant, args: { ...args, token } })
  const sentBefore = line.sent.length
  const foreign = [
    await again(grantIn('globex'), own),
    await again(grantIn('globex', { subject: 'ann' }), own),
    await again(grantIn('acme', { subject: 'bob' }), own),
    await again(grantIn('acme'), { ...own, account: 'dev', region: 'eu-west-1' }),
    await again(grantIn('acme'), { ...own, region: 'us-east-1' }),
    await again(grantIn('acme'), { filter: 'y' }),
    await again(grantIn('acme'), {}),
    await line.run({ args: { ...own, token: 'never-made' } }),
  ]
  const answers = foreign.map((result) => ({ ...refusalOf(result), decisionId: 'any' }))
  expect(answers[0]?.code).toBe('unknown_cursor')
  for (const answer of answers) expect(answer).toEqual(answers[0])
  expect(line.sent.length).toBe(sentBefore)
  expect((await again(grantIn('acme'), own)).isError).toBe(false)
  expect((await again(grantIn('acme'), { ...own, account: 'prod', region: 'eu-west-1' })).isError).toBe(false)
})

test('a cursor of one tool is none for another', async () => {
  const other = { ...listThings, name: 'aws_ec2_list_others' }
  const line = callLine({
    tools: [listThings, other],
    aws: async () => ({ output: { names: [], token: 'token-of-aws' }, attempts: 1 }),
  })
  const { nextCursor: token } = (await line.run()).structured
  expect(refusalOf(await line.run({ tool: other.name, args: { token } })).code).toBe('unknown_cursor')
})

test('calls of two tenants at once stay apart', async () => {
  const line = callLine({
    async aws(_request, { tenant, account }) {
      for (let turn = 0; turn < tenant.id.length % 5; turn++) await new Promise(setImmediate)
      return { output: { names: [tenant.id] }, requestId: `${tenant.id} ${account.alias}`, attempts: 1 }
    },
  })
  const places = [
    ['acme', 'prod', '111111111111'],
    ['globex', 'main', '222222222222'],
    ['acme', 'dev', '111111111112'],
  ] as const
  await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const [tenant, account, accountId] = places[n % 3] ?? places[0]
      const requestId = `request-${n}`
      const result = await line.run({ grant: grantIn(tenant), args: { account }, requestId })
      expect(result.structured).toMatchObject({
        data: { things: [{ name: tenant }] },
        receipt: { tenant, account, accountId, requestId: `${tenant} ${account}` },
      })
      const event = line.events.find(({ request_id }) => request_id === requestId)
      expect(event).toMatchObject({
        tenant_id: tenant,
        aws: {
          account_id: accountId,
          session_name: `mcp-${tenant}-ann`,
          request_ids: [`${tenant} ${account}`],
        },
      })
    }),
  )
})

test("each call is charged to its own tenant and user, under the tenant's hash tag", async () => {
  const line = callLine()
  await line.run({ grant: grantIn('globex', { subject: 'bob' }) })
  const { principal } = grantIn('globex', { subject: 'bob' })
  expect(line.limits).toEqual([
    [
      { key: '{globex}:rl:all', scope: 'tenant', perMinute: 600, burst: 120 },
      { key: `{globex}:rl:u:${principal.id}`, scope: 'user', perMinute: 120, burst: 30 },
    ],
  ])
})
