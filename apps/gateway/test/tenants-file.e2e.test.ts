import { readFile, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, expect, inject, onTestFinished, test, vi } from 'vitest'
import { startGateway, type TestGateway } from './support/gateway.ts'
import { type HeldOpen, holdOpen } from './support/held-open.ts'
import { openAnswer } from './support/open-answer.ts'
import { upgradeHeaders } from './support/web-socket.ts'

let gateway: TestGateway
let ann: string
let gus: string
let anns: HeldOpen
let gusses: HeldOpen

beforeEach(async () => {
  gateway = await startGateway({ env: { SSE_TRANSPORT: '1', FIXTURE_TENANT: 'acme,globex' } })
  ann = gateway.acme.token()
  gus = gateway.globex.token()
  anns = await holdOpen(gateway.url, ann, { sse: true })
  gusses = await holdOpen(gateway.url, gus, { sse: true })
})
afterEach(async () => {
  anns[Symbol.dispose]()
  gusses[Symbol.dispose]()
  await gateway[Symbol.asyncDispose]()
})

const all = (open: boolean) => ({
  socket: open,
  'stand-alone stream': open,
  subscription: open,
  'SSE stream': open,
})

/** The change is in force within 5 s, and nobody else has noticed. */
const untilClosed = async (): Promise<void> => {
  await vi.waitFor(() => expect(anns.stillOpen()).toEqual(all(false)), 5_000)
  expect(gusses.stillOpen()).toEqual(all(true))
  expect((await gateway.call(gus, 'tools/list')).status).toBe(200)
}

const answerOf = async (token: string) => {
  const { status, body } = await gateway.call(token, 'tools/list')
  return [status, JSON.parse(body).error?.data?.code ?? JSON.parse(body).error]
}

/** Accounts that a tool offers to a caller. */
const accountsOf = async (token: string): Promise<unknown> => {
  const { body } = await gateway.call(token, 'tools/list')
  const tools: { name: string; inputSchema: { properties: { account?: { enum: string[] } } } }[] =
    JSON.parse(body).result.tools
  return tools.find(({ name }) => name === 'aws_s3_list_objects')?.inputSchema.properties.account?.enum
}

const withoutDev = ({ acme }: { acme: Record<string, unknown> }): void => {
  acme.accounts = (acme.accounts as unknown[]).slice(0, 1)
}

test('a narrowed tenant: streams end in good order, and who comes back has the new rules', async () => {
  expect(await accountsOf(ann)).toEqual(['prod', 'dev'])
  await gateway.writeTenants(withoutDev)
  await untilClosed()
  expect(await anns.socket.closed).toEqual({ code: 1012, reason: expect.stringContaining('Connect again') })
  expect(await anns.standAlone.ended).toBe(true)
  expect(await anns.subscription.ended).toBe(true)
  // One account is no choice.
  expect(await accountsOf(ann)).toBeUndefined()
  using again = await holdOpen(gateway.url, ann, { sse: true })
  expect(again.stillOpen()).toEqual(all(true))
  // What was missed meanwhile is told to who asks for it.
  const resumed = await openAnswer(gateway.url, {
    method: 'GET',
    headers: {
      authorization: `Bearer ${ann}`,
      accept: 'text/event-stream',
      'mcp-session-id': anns.session,
      'last-event-id': anns.standAlone.events.at(-1)?.id ?? '',
    },
  })
  await resumed.message(({ method }) => method === 'notifications/tools/list_changed')
  resumed.close()
})

test('a suspended tenant: nothing stays open or runs on, and its tokens are refused until it is resumed', async () => {
  const asking = {
    jsonrpc: '2.0',
    id: 7,
    method: 'tools/call',
    params: { name: 'test_elicitation', arguments: { message: 'Who?' } },
  }
  const call = await openAnswer(gateway.url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ann}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-session-id': await sessionThatCanBeAsked(),
    },
    body: asking,
  })
  await call.message(({ method }) => method === 'elicitation/create')
  await gateway.writeTenants(({ acme }) => {
    acme.status = 'suspended'
  })
  await untilClosed()
  expect(await anns.socket.closed).toMatchObject({ code: 1008 })
  await call.ended
  expect(call.events.filter(({ message }) => message?.result)).toEqual([])
  expect(await answerOf(ann)).toEqual([403, 'tenant_suspended'])
  const upgrade = await gateway.send({ path: '/ws', headers: upgradeHeaders(ann) })
  expect(upgrade.status).toBe(403)
  await gateway.writeTenants()
  await vi.waitFor(async () => expect(await answerOf(ann)).toEqual([200, undefined]), 5_000)
})

const sessionThatCanBeAsked = async (): Promise<string> => {
  const { headers } = await gateway.call(ann, 'initialize', {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test client', version: '1.0.0' },
  })
  return String(headers['mcp-session-id'])
}

test('a tenant that is gone: its tokens are good for nothing, remembered ones too', async () => {
  const before = gateway.acme.jwks.requests
  await writeFile(gateway.tenantsFile, await onlyGlobex())
  await untilClosed()
  expect(await anns.socket.closed).toMatchObject({ code: 1008 })
  expect(await answerOf(ann)).toEqual([401, 'invalid_token'])
  expect(gateway.acme.jwks.requests).toBe(before)
})

const onlyGlobex = async (): Promise<string> => {
  const { tenants } = JSON.parse(await readFile(gateway.tenantsFile, 'utf8'))
  return JSON.stringify({ tenants: tenants.slice(1) })
}

test('a bad file replaces nothing and is told of; the next good one is taken', async () => {
  const told = () => gateway.processLogs.filter((line) => line.includes('tenants file cannot be used'))
  for (const bad of ['tenants: [', '{"tenants":[{"id":"c4n4ry"}]}', '']) {
    const before = told().length
    await writeFile(gateway.tenantsFile, bad)
    await vi.waitFor(() => expect(told().length).toBe(before + 1), 5_000)
  }
  expect(told().join()).not.toContain('c4n4ry')
  expect(told()[1]).toContain('tenants[0].name')
  expect(anns.stillOpen()).toEqual(all(true))
  expect(await accountsOf(ann)).toEqual(['prod', 'dev'])
  await gateway.writeTenants(withoutDev)
  await untilClosed()
})

test('a policy that names what AWS does not have is told of with its place, and replaces nothing of either tenant', async () => {
  await using open = await startGateway()
  const told = (text: string) => open.processLogs.filter((line) => line.includes(text))
  const deny = (Action: string[]) => ({ Effect: 'Deny', Action, Resource: '*' })
  const policyOf = (...Statement: object[]) => ({ policy: { Version: '2012-10-17', Statement } })
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
  await open.writeTenants(({ acme, globex }) => {
    acme.name = 'Acme that is not taken'
    globex.permissions = {
      ...(globex.permissions as object),
      ...policyOf(allow, deny(['s3:GetObject', 's3:GetObjct'])),
    }
  })
  const place =
    'permissions.policy.Statement[1].Action[1]: s3:GetObjct is no action of IAM. Did you mean s3:GetObject'
  await vi.waitFor(() => expect(told(place)).toHaveLength(1), 5_000)
  expect(told('the tenants file was read again')).toEqual([])
  await open.writeTenants(({ globex }) => {
    globex.permissions = { ...(globex.permissions as object), ...policyOf(allow, deny(['s3:GetObject'])) }
  })
  await vi.waitFor(() => expect(told('the tenants file was read again')).toHaveLength(1), 5_000)
  expect(told('the tenants file was read again')[0]).toContain('globex')
  expect(told('the tenants file was read again')[0]).not.toContain('acme')
})

test("a profile of the operator's own is refused in a file that is read again, as at the start", async () => {
  await using open = await startGateway({ env: { HOST: '0.0.0.0', PUBLIC_URL: 'http://gw.example' } })
  const told = () => open.processLogs.filter((line) => line.includes('authentication.profile'))
  await open.writeTenants(({ acme }) => {
    acme.authentication = { profile: 'default' }
  })
  await vi.waitFor(() => expect(told()).toHaveLength(1), 5_000)
})

test('a role edited: the next call is a session of the new one, and of the other tenant nothing changes', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'gateway')
  onTestFinished(() => void vi.unstubAllEnvs())
  await using real = await startGateway({ awsUrl: inject('awsUrl') })
  const roleOf = async (token: string, account: string): Promise<string> => {
    const call = { name: 'aws_ec2_describe_instances', arguments: { account } }
    const { body } = await real.call(token, 'tools/call', call)
    return JSON.parse(body).result.structuredContent.receipt.role
  }
  const [bob, gil] = [real.acme.token(), real.globex.token()]
  expect(await roleOf(bob, 'prod')).toBe('arn:aws:iam::111111111111:role/mcp-gateway-read')
  const other = await roleOf(gil, 'main')
  await real.writeTenants(({ acme }) => {
    const text = JSON.stringify(acme.accounts).replaceAll('mcp-gateway-read', 'mcp-gateway-reader')
    acme.accounts = JSON.parse(text)
  })
  await vi.waitFor(
    async () => expect(await roleOf(bob, 'prod')).toBe('arn:aws:iam::111111111111:role/mcp-gateway-reader'),
    5_000,
  )
  expect(await roleOf(gil, 'main')).toBe(other)
})

test('external ids that are others: what is open stays open, and its next call has the new one', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'gateway')
  onTestFinished(() => void vi.unstubAllEnvs())
  await using real = await startGateway({ awsUrl: inject('awsUrl'), env: { SSE_TRANSPORT: '1' } })
  const [bob, gil] = [real.acme.token(), real.globex.token()]
  using bobs = await holdOpen(real.url, bob, { sse: true })
  using gils = await holdOpen(real.url, gil, { sse: true })
  let id = 100
  const call = { name: 'aws_ec2_describe_instances', arguments: { account: 'prod' } }
  const receiptOnSocket = async () =>
    (await bobs.socket.ask(++id, 'tools/call', call)).result?.structuredContent
  const before = await receiptOnSocket()
  expect(before).toMatchObject({ receipt: { role: expect.stringContaining(':role/') } })
  await real.writeTenants(({ acme, globex }) => {
    acme.accounts = JSON.parse(JSON.stringify(acme.accounts).replaceAll('"externalId":"', '"externalId":"x-'))
    // Taken over in the same moment, and seen.
    globex.name = 'Globex as it is now'
  })
  await vi.waitFor(() => expect(gils.stillOpen()).toEqual(all(false)), 5_000)
  expect(bobs.stillOpen()).toEqual(all(true))
  expect(await receiptOnSocket()).toMatchObject({ receipt: { role: expect.stringContaining(':role/') } })
})
