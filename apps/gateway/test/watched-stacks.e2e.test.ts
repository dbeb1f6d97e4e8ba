import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { callerOf } from './support/caller.ts'
import { startGateway } from './support/gateway.ts'

const accountId = '111111111111'

beforeAll(() => {
  // moto takes any key for that of the gateway.
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'gateway')
})
afterAll(() => void vi.unstubAllEnvs())

/** Asks the stand-in itself, past the gateway. */
const askAws = async (action: string, params: Readonly<Record<string, string>>): Promise<void> => {
  const response = await fetch(inject('awsUrl'), {
    method: 'POST',
    body: new URLSearchParams({ Action: action, Version: '2010-05-15', ...params }).toString(),
    headers: {
      'x-moto-account-id': accountId,
      authorization:
        'AWS4-HMAC-SHA256 Credential=seed/20260101/eu-west-1/cloudformation/aws4_request, SignedHeaders=host, Signature=seed',
      'content-type': 'application/x-www-form-urlencoded',
    },
  })
  if (!response.ok) throw new Error(`${action}: ${await response.text()}`)
}

const template = (...queues: readonly string[]) =>
  JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Resources: Object.fromEntries(queues.map((name) => [name, { Type: 'AWS::SQS::Queue' }])),
  })

test('a stack that changes in AWS by itself is told of to who subscribed to it, and to nobody else', async () => {
  await using gateway = await startGateway({
    awsUrl: inject('awsUrl'),
    tenancy({ acme, globex }) {
      const permissions = { allowedServices: ['cloudformation'], allowedRegions: ['eu-west-1'] }
      Object.assign(acme, { permissions })
      Object.assign(globex, { permissions })
    },
  })
  const { url } = gateway
  const origins = [url, url] as const
  const [ann, gus] = [gateway.acme, gateway.globex].map((each) => callerOf({ url, origins }, each.token()))
  if (!ann || !gus) throw new Error('there are two')
  const StackName = `watched-${crypto.randomUUID().slice(0, 8)}`
  const uri = `aws://prod/eu-west-1/stacks/${StackName}`
  await askAws('CreateStack', { StackName, TemplateBody: template('One') })

  const session = await ann.initialize(0)
  const subscribed = { id: 2, method: 'resources/subscribe', params: { uri } }
  expect(await (await ann.post(0, session, subscribed)).reply).toHaveProperty('result')
  const notifications = { resourceSubscriptions: [uri] }
  const streams = [await ann.get(0, session), await ann.ask(0, 'subscriptions/listen', { notifications })]
  const foreign = await gus.ask(0, 'subscriptions/listen', { notifications })
  const looks = async () =>
    (await gateway.audit()).filter(
      ({ request_id: id, tenant_id: tenant }) => id.startsWith('watch-') && tenant === 'acme',
    )
  await vi.waitFor(async () => expect(await looks()).toMatchObject([{ outcome: 'allow' }]), 20_000)

  await askAws('UpdateStack', { StackName, TemplateBody: template('One', 'Two') })
  const told = ({ events }: (typeof streams)[number]) =>
    events.flatMap(({ message }) =>
      message?.method === 'notifications/resources/updated' ? [message.params.uri] : [],
    )
  await vi.waitFor(() => expect(streams.map(told)).toEqual([[uri], [uri]]), 40_000)
  expect(await looks()).toHaveLength(2)
  // The account is none of theirs: they hear that there is no such resource, and that is all they hear.
  const theirs = (await gateway.audit()).filter(({ tenant_id: tenant }) => tenant === 'globex')
  expect(theirs.filter(({ request_id: id }) => id.startsWith('watch-'))).toMatchObject([
    { outcome: 'deny', reason_code: 'account_not_linked' },
  ])
  expect(told(foreign)).toEqual([uri])
  for (const each of [...streams, foreign]) each.close()
})
