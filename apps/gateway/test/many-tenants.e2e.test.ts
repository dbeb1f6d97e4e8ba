import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type ManyTenants, startManyTenants } from './support/many-tenants.ts'

let many: ManyTenants
beforeAll(async () => {
  many = await startManyTenants(50)
})
afterAll(() => many?.[Symbol.asyncDispose]())

/** Runs `work` over `items`, as many at once as clients would. */
const atOnce = async <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  workers = 32,
): Promise<R[]> => {
  const results: R[] = []
  let next = 0
  const run = async () => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T)
  }
  await Promise.all(Array.from({ length: workers }, run))
  return results
}

test('1,000 interleaved calls of 50 tenants: 50 AssumeRole calls, each request signed by its own tenant', async () => {
  const { aws, accounts } = many
  const calls = Array.from({ length: 1_000 }, (_, n) => accounts[(n * 7) % accounts.length] ?? '')
  const answers = await atOnce(calls, (account) => many.call(account))

  // Everybody saw their own account, and the receipt says so.
  answers.forEach((answer, n) => {
    const account = calls[n]
    expect(answer).toMatchObject({
      status: 200,
      isError: false,
      owners: [account],
      receipt: { tenant: `t${account}`, accountId: account },
    })
  })

  const assumed = aws.requests.filter(({ action }) => action === 'AssumeRole')
  expect(assumed).toHaveLength(50)
  expect(new Set(assumed.map(({ account }) => account)).size).toBe(50)
  for (const { account, externalId, accessKeyId, sessionName } of assumed) {
    expect({ externalId, accessKeyId }).toEqual({
      externalId: `external-id-of-${account}`,
      accessKeyId: 'gateway',
    })
    expect(sessionName).toMatch(/^mcp-t3000000-/)
  }
  // On the wire: 20 requests by the one key of each account, and none by the gateway's own.
  const described = aws.requests.filter(({ action }) => action === 'DescribeInstances')
  expect(described).toHaveLength(1_000)
  const keys = new Map<string, Set<string>>()
  for (const { account, accessKeyId } of described) {
    keys.set(account, (keys.get(account) ?? new Set()).add(accessKeyId))
  }
  expect([...keys.keys()].sort()).toEqual([...accounts].sort())
  expect([...keys.values()].every((each) => each.size === 1)).toBe(true)
  expect(new Set([...keys.values()].flatMap((each) => [...each])).size).toBe(50)
  expect(keys.has('nobody')).toBe(false)

  await vi.waitFor(async () => expect(await many.audit()).toHaveLength(1_000), 5_000)
  for (const { tenant_id, aws: at } of await many.audit()) expect(`t${at?.account_id}`).toBe(tenant_id)
})

test('E12 two users of one tenant have a session each, under their own names', async () => {
  const { aws, accounts } = many
  const [account = ''] = accounts
  const before = aws.requests.length
  await Promise.all(Array.from({ length: 20 }, (_, n) => many.call(account, n % 2 === 0 ? 'bob' : 'cleo')))
  const assumed = aws.requests.slice(before).filter(({ action }) => action === 'AssumeRole')
  expect(assumed.map(({ sourceIdentity }) => sourceIdentity).sort()).toEqual(['bob', 'cleo'])
  const used = new Set(aws.requests.slice(before).map(({ accessKeyId }) => accessKeyId))
  used.delete('gateway')
  expect(used.size).toBe(2)
})
