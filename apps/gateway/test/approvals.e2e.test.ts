import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { photograph, startChromium, startRedis, watchPages } from '@gateway/backends'
import { principalId, type StopStore, stopId } from '@gateway/domain'
import { openRedis, redisStopStore } from '@gateway/stores'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { type Seeded, seedAccount } from './support/seed.ts'
import { type Replica, type SignInService, startSignInService } from './support/sign-in-service.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const cacheDir = join(root, '.cache')
const folder = join(root, '.artifacts', 'approvals')

const stack = new AsyncDisposableStack()
let two: SignInService
let chromium: Browser
/** What operators do, of this service. */
let stops: StopStore
/** Of ann, who may write. */
let token: string

beforeAll(async () => {
  // Of its own: the signing keys in it are sealed with the key of this service.
  const options = { cacheDir, mayInstall: true, env: process.env }
  const { url: redisUrl } = stack.use(await startRedis(options))
  ;[two, chromium] = await Promise.all([
    startSignInService({
      redisUrl,
      env: { AWS_ENDPOINT_URL: inject('awsUrl') },
      tenancy({ acme }) {
        Object.assign(acme.connections[1] ?? {}, {
          groupToScope: { staff: ['aws:read', 'aws:write'], admins: ['aws:read', 'aws:write', 'aws:admin'] },
        })
        acme.confirmation = {
          rules: [{ name: 'own-word', when: { accounts: ['dev'] }, require: 'approval' }],
        }
      },
    }),
    startChromium(options),
  ])
  stack.use(two)
  const onError = () => undefined
  stops = redisStopStore(stack.use(await openRedis(redisUrl, { onError })), { onError })
  token = await writingToken()
})
afterAll(async () => {
  await chromium?.close()
  await stack.disposeAsync()
})

/** Connects an app for ann, who lets it change things, too. */
const writingToken = async (): Promise<string> => {
  asAnn()
  const clientId = await two.register()
  const browser = two.browser()
  const consent = await browser.open(two.authUrl(clientId))
  const choice = await browser.submit(consent, { answer: 'continue', also: 'aws:write' })
  const page = await browser.submit(choice, { company: two.idOf('acme') })
  const answer = await two.post(0, two.codeForm(page, clientId))
  return ((await answer.json()) as { access_token: string }).access_token
}

/** Whoever signs in at acme's SSO from now on. */
const signsIn = (subject: string, group: string, name: string): void => {
  two.sso.acme.says = { subject, groups: [group], claims: { name, email: `${subject}@acme.example` } }
}
const asAnn = () => signsIn('ann', 'staff', 'Ann Lee')
const asBea = () => signsIn('bea', 'admins', 'Bea Ruiz')

const instanceIn = (accountId: string, tags = {}): Promise<Seeded> =>
  seedAccount(inject('awsUrl'), accountId, randomBytes(4).toString('hex'), tags)
const production = { Environment: 'production' }

interface Answer {
  readonly isError: boolean
  readonly error?: {
    readonly code: string
    readonly confirmation?: string
    readonly approval?: { readonly url: string; readonly expires: string }
  }
  readonly data?: unknown
}

/** A call by ann of a client that cannot ask anybody. */
const terminate = async (
  replica: Replica,
  account: string,
  instanceId: string,
  confirmation?: string,
): Promise<Answer> => {
  const params = {
    name: 'aws_ec2_control_instance',
    arguments: {
      account,
      region: 'eu-west-1',
      instanceId,
      action: 'terminate',
      ...(confirmation && { confirmation }),
    },
  }
  // On a busy machine Redis may take too long for the edge, which then answers 503 and does nothing.
  const answer = await vi.waitFor(async () => {
    const answered = await two.call(replica, token, 'tools/call', params)
    expect(answered.status).toBe(200)
    return answered
  }, 10_000)
  const { result } = JSON.parse(answer.body)
  return { isError: result.isError === true, ...result.structuredContent }
}

/** What a first call comes to: a refusal with a link and a ticket. */
const asked = async (replica: Replica, account: string, instanceId: string) => {
  const { isError, error } = await terminate(replica, account, instanceId)
  expect([isError, error?.code]).toEqual([true, 'confirmation_required'])
  const { confirmation = '', approval } = error ?? {}
  expect(approval?.url).toBe(`${two.issuer}/approvals/${two.idOf('acme')}/${confirmation}`)
  return { ticket: confirmation, url: approval?.url ?? '' }
}

const picture = async (name: string, open: (page: Page) => Promise<void>): Promise<string> => {
  let text = ''
  let complaints: readonly string[] = []
  const { files, faults } = await photograph(
    chromium,
    {
      name,
      async open(page) {
        complaints = await watchPages(page.context())
        await open(page)
        text = (await page.locator('main').textContent()) ?? ''
      },
    },
    { folder },
  )
  expect([name, faults, complaints, files.length]).toEqual([name, [], [], 4])
  return text
}

test('a client that cannot ask: a link, a signed-in person who approves in a browser, and the call passes once', async () => {
  asAnn()
  const { instanceId, marker } = await instanceIn('111111111112')
  const { ticket, url } = await asked(0, 'dev', instanceId)
  const early = await terminate(1, 'dev', instanceId, ticket)
  expect(early.error).toMatchObject({ code: 'confirmation_required', confirmation: ticket })

  const outcome = await picture('approved', async (page) => {
    await page.goto(url)
    const text = (await page.locator('main').textContent()) ?? ''
    for (const each of [instanceId, marker, 'dev', '111111111112', 'eu-west-1', 'Ann Lee', 'Test app']) {
      expect(text).toContain(each)
    }
    await page.getByLabel('Your reason').fill('The demo is over')
    await page.getByRole('button', { name: 'Approve' }).click()
    await page.getByRole('heading', { name: 'You approved this' }).waitFor()
  })
  expect(outcome).toContain('The demo is over')

  // Another instance, and another account, with the same ticket.
  const other = await instanceIn('111111111112')
  expect((await terminate(0, 'dev', other.instanceId, ticket)).error?.code).toBe('not_confirmed')
  const uses = await Promise.all(([0, 1, 0, 1] as const).map((n) => terminate(n, 'dev', instanceId, ticket)))
  expect(uses.filter(({ isError }) => !isError)).toHaveLength(1)
  expect(uses.flatMap(({ error }) => error?.code ?? [])).toEqual(Array(3).fill('not_confirmed'))
  const events = await two.service.audit((all) => all.some(({ policy }) => policy?.consent === 'approval'))
  const [decided, ...more] = events.filter(({ event }) => event === 'approval.decide')
  const [used] = events.filter(({ policy }) => policy?.consent === 'approval')
  expect([decided?.outcome, more]).toEqual(['allow', []])
  expect(used?.policy?.approval).toEqual(decided?.policy?.approval)
  expect(JSON.stringify(events)).not.toContain(ticket)
})

test("four eyes: the asker's own word is refused, another person's is taken", async () => {
  asAnn()
  const { instanceId } = await instanceIn('111111111111', production)
  const { ticket, url } = await asked(1, 'prod', instanceId)
  const own = await picture('approve-another', async (page) => {
    await page.goto(url)
    await page.getByText('your own word does not count').waitFor()
    expect(await page.getByRole('button').count()).toBe(0)
  })
  expect(own).toContain(url)
  signsIn('carl', 'staff', 'Carl Otis')
  const colleague = await two.browser().open(url)
  expect(colleague.status).toBe(403)
  expect(colleague.text).toContain('You may not decide this')
  expect(colleague.text).not.toContain(instanceId)
  expect((await terminate(0, 'prod', instanceId, ticket)).error?.code).toBe('confirmation_required')

  asBea()
  await picture('approve-for-other', async (page) => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Refuse' }).waitFor()
    // Whoever only uses a keyboard gets to both answers.
    await page.getByLabel('Your reason').focus()
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Approve')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Refuse')
  })
  const page = await (await chromium.newContext()).newPage()
  await page.goto(url)
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('heading', { name: 'You approved this' }).waitFor()
  await page.context().close()
  expect((await terminate(1, 'prod', instanceId, ticket)).isError).toBe(false)
})

test('asked on one replica, approved on the other while that one is dead, used on it after its restart', async () => {
  asAnn()
  const { instanceId } = await instanceIn('111111111111', production)
  const { ticket, url } = await asked(0, 'prod', instanceId)
  const { child, ended } = two.service.replica(0)
  child.kill('SIGKILL')
  await ended
  asBea()
  const browser = two.browser(() => 1)
  const done = await browser.submit(await browser.open(url), { answer: 'approve', reason: '' })
  expect(done.text).toContain('You approved this')
  await two.service.restart(0)
  expect((await terminate(0, 'prod', instanceId, ticket)).isError).toBe(false)
  expect((await terminate(1, 'prod', instanceId, ticket)).error?.code).toBe('not_confirmed')
})

test('what a person refused is not done, and the caller is told', async () => {
  asAnn()
  const { instanceId } = await instanceIn('111111111112')
  const { ticket, url } = await asked(0, 'dev', instanceId)
  const browser = two.browser()
  const done = await browser.submit(await browser.open(url), { answer: 'refuse', reason: 'Still needed' })
  expect(done.text).toContain('You refused this')
  expect((await terminate(1, 'dev', instanceId, ticket)).error?.code).toBe('not_confirmed')
})

test('whom an operator has stopped approves nothing on any replica within 5 s', async () => {
  asAnn()
  const { instanceId } = await instanceIn('111111111111', production)
  const { ticket, url } = await asked(0, 'prod', instanceId)
  asBea()
  const browser = two.browser(() => 1)
  const opened = await browser.open(url)
  expect(opened.status).toBe(200)
  const target = {
    kind: 'principal',
    tenantId: two.idOf('acme'),
    principalId: principalId(two.sso.acme.issuer, 'bea'),
  } as const
  const by = { issuer: 'https://operators.example', subject: 'op' }
  await stops.put({
    ...target,
    id: stopId(target),
    reason: 'Incident 7',
    by,
    since: new Date().toISOString(),
  })
  await new Promise((resolve) => setTimeout(resolve, 5_000))
  const refused = await browser.submit(opened, { answer: 'approve', reason: '' })
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('Incident 7')
  expect((await terminate(0, 'prod', instanceId, ticket)).error?.code).toBe('confirmation_required')
  await stops.remove(stopId(target))
})
