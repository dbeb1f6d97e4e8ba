import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { freePort, photograph, startChromium, watchPages } from '@gateway/backends'
import { UnauthorizedError } from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameCompany, type SignInSteps, signInAt } from './support/at-the-browser.ts'
import { type OAuthApp, openOAuthApp } from './support/oauth-app.ts'
import { connectLegacy, connectModern, type Visit } from './support/official-apps.ts'
import { openedByProgram } from './support/opened-by-program.ts'
import { npmStart, type Ready, type RunningSandbox, root } from './support/sandbox.ts'

let sandbox: RunningSandbox
let ready: Ready
let chromium: Browser

beforeAll(async () => {
  sandbox = npmStart(['--json'], { PORT: String(await freePort()) })
  const cacheDir = join(root, '.cache')
  ;[ready, chromium] = await Promise.all([sandbox.ready(), startChromium({ cacheDir, env: process.env })])
})
afterAll(async () => {
  await chromium?.close()
  await sandbox[Symbol.asyncDispose]()
})

/** The browser of one person, and an app on their computer. */
let context: BrowserContext
let page: Page
let complaints: readonly string[]
let app: OAuthApp

beforeEach(async () => {
  context = await chromium.newContext()
  complaints = await watchPages(context)
  page = await context.newPage()
  app = await openOAuthApp()
})
afterEach(async () => {
  await context.close()
  await app[Symbol.asyncDispose]()
  // The page that mcp-remote itself shows at the end is its own business.
  expect(complaints.filter((each) => !each.startsWith('http://localhost:'))).toEqual([])
})

/** Takes the steps and waits until the app has its answer. */
const visiting =
  (steps: SignInSteps, from: OAuthApp = app): Visit =>
  async (url) => {
    const returned = from.nextReturn()
    await signInAt(page, url, steps)
    return returned
  }

const accounts = { acme: '111111111111', globex: '222222222222' } as const
const instancesOf = (tenant: keyof typeof accounts) => ({
  structuredContent: { receipt: { tenant, accountId: accounts[tenant] } },
})

describe.each([
  ['SDK v2', connectModern],
  ['SDK v1', connectLegacy],
] as const)('an app of %s that knows only the URL', (_, connect) => {
  test.each(['acme', 'globex'] as const)(
    'signs a person of %s in and reaches their account',
    async (tenant) => {
      await using connected = await connect(ready.url, app, visiting({ tenant, user: 'operator' }))
      expect(app.requests[0]).toEqual([401, ready.url])
      expect(app.requests.map(([status, url]) => [status, new URL(url).pathname])).toContainEqual([
        201,
        '/reg',
      ])
      expect(app.scopes).toEqual(['aws:read'])
      const found = await connected.call('aws_ec2_describe_instances')
      expect(found.isError).toBeFalsy()
      expect(found).toMatchObject(instancesOf(tenant))
    },
  )
})

test('whoever cancels tells the app so, and nothing else', async () => {
  const cancel: Visit = async (url) => {
    const returned = app.nextReturn()
    await page.goto(url.href)
    await page.getByRole('button', { name: 'Cancel' }).click()
    return returned
  }
  let told = new URLSearchParams()
  const connecting = connectModern(ready.url, app, async (url) => {
    told = await cancel(url)
    return told
  })
  await expect(connecting).rejects.toThrow(/access_denied/)
  expect(Object.fromEntries(told)).toMatchObject({
    error: 'access_denied',
    state: app.sentTo.searchParams.get('state'),
    iss: ready.authorization.issuer,
  })
  expect(told.has('code')).toBe(false)
})

test('whoever cancels at their company tells the app so as well', async () => {
  const connecting = connectModern(ready.url, app, async (url) => {
    const returned = app.nextReturn()
    await page.goto(url.href)
    await page.getByRole('button', { name: 'Continue to sign-in' }).click()
    await nameCompany(page, 'acme', 'reader')
    await page.getByRole('button', { name: 'Do not sign in' }).click()
    return returned
  })
  await expect(connecting).rejects.toThrow(/access_denied/)
})

const makeChanges = [/make changes/]

test('who allows changes too, and may make them, is offered what makes them', async () => {
  const steps = { tenant: 'acme', user: 'operator', also: makeChanges } as const
  await using connected = await connectModern(ready.url, app, visiting(steps))
  expect(app.scopes).toEqual(['aws:read', 'aws:write'])
  expect(await connected.tools()).toContain('aws_ec2_control_instance')
})

test('who allows changes that their company does not let them make gets no more for it', async () => {
  const steps = { tenant: 'acme', user: 'reader', also: makeChanges } as const
  await using connected = await connectModern(ready.url, app, visiting(steps))
  expect(app.scopes).toEqual(['aws:read'])
  expect(await connected.tools()).not.toContain('aws_ec2_control_instance')
})

test('an app that needs more is told so, asks the person again, and then may', async () => {
  const steps = { tenant: 'acme', user: 'operator' } as const
  await using connected = await connectModern(ready.url, app, visiting(steps))
  expect(app.scopes).toEqual(['aws:read'])
  const { structuredContent } = await connected.call('aws_ec2_describe_instances')
  const { instances } = (structuredContent as { data: { instances: { id: string; state: string }[] } }).data
  const instanceId = instances.find(({ state }) => state === 'running')?.id
  const stop = () =>
    connected.call('aws_ec2_control_instance', { account: 'prod', action: 'stop', instanceId, dryRun: true })
  await expect(stop()).rejects.toThrow(UnauthorizedError)
  expect(app.requests).toContainEqual([403, ready.url])
  expect(app.sentTo.searchParams.get('scope')?.split(' ')).toEqual(['aws:read', 'aws:write'])
  await connected.redeem(await visiting({ ...steps, known: true })(app.sentTo))
  expect(app.scopes).toEqual(['aws:read', 'aws:write'])
  expect(await stop()).toMatchObject(instancesOf('acme'))
})

test('the next person in the same browser is asked everything, and is nobody but themselves', async () => {
  await using _first = await connectModern(
    ready.url,
    app,
    visiting({ tenant: 'acme', user: 'admin', also: makeChanges }),
  )
  await using next = await openOAuthApp('Editor of the next person')
  const visit = visiting({ tenant: 'globex', user: 'reader' }, next)
  await using connected = await connectModern(ready.url, next, visit)
  expect(next.scopes).toEqual(['aws:read'])
  expect(await connected.call('aws_ec2_describe_instances')).toMatchObject(instancesOf('globex'))
  expect(JSON.stringify(await connected.call('aws_whoami'))).not.toMatch(/acme|111111111111/)
})

test('a person without a mouse gets through', async () => {
  const byKeys: Visit = async (url) => {
    const returned = app.nextReturn()
    await page.goto(url.href)
    await reach('Also let it make changes')
    await page.keyboard.press('Space')
    await reach('Continue to sign-in')
    await page.keyboard.press('Enter')
    await page.getByLabel('Work e-mail address or company id').waitFor()
    await reach('Work e-mail address or company id')
    await page.keyboard.type('operator@acme.example')
    await page.keyboard.press('Enter')
    await page.getByText('Choose who you are.').waitFor()
    await reach(/^Operator/)
    await page.keyboard.press('Enter')
    return returned
  }
  await using connected = await connectModern(ready.url, app, byKeys)
  expect(app.scopes).toEqual(['aws:read', 'aws:write'])
  expect(await connected.call('aws_ec2_describe_instances')).toMatchObject(instancesOf('acme'))
})

test('mcp-remote opens a browser by itself, and keeps what it got for the next start', async () => {
  await using program = await openedByProgram()
  const start = async () => {
    const client = new Client({ name: 'desktop', version: '1' })
    const connecting = client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [mcpRemote, ready.url, '--allow-http'],
        env: program.env,
        stderr: 'ignore',
      }),
    )
    return { client, connecting }
  }
  const first = await start()
  await signInAt(page, new URL(await program.opened), { tenant: 'globex', user: 'operator' })
  await first.connecting
  const instances = { name: 'aws_ec2_describe_instances', arguments: {} }
  expect(await first.client.callTool(instances)).toMatchObject(instancesOf('globex'))
  await first.client.close()

  const second = await start()
  await second.connecting
  expect(await second.client.callTool(instances)).toMatchObject(instancesOf('globex'))
  await second.client.close()
  expect(program.count).toBe(1)
})

const mcpRemote = join(
  dirname(createRequire(import.meta.url).resolve('mcp-remote/package.json')),
  'dist',
  'proxy.js',
)

/** Presses Tab until something of that name has the focus, and sees that it shows it. */
const reach = async (name: string | RegExp): Promise<void> => {
  const passed: string[] = []
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press('Tab')
    const [focused = '', outline = ''] = await page.evaluate<string[]>(focusOf)
    passed.push(focused)
    if (typeof name === 'string' ? focused !== name : !name.test(focused)) continue
    expect(outline).not.toMatch(/^none|^0px/)
    return
  }
  throw new Error(`Tab does not reach ${name}, only ${passed.join(', ')}`)
}

const focusOf = `(() => {
  const { activeElement: at } = document
  const { outlineStyle, outlineWidth } = getComputedStyle(at)
  return [(at.labels?.[0] ?? at).textContent.trim(), outlineStyle + ' ' + outlineWidth]
})()`

test("the company's own pages are seen and heard by everybody", async () => {
  const subject = {
    name: 'sandbox-login',
    async open(page: Page) {
      const connecting = connectModern(ready.url, app, async (url) => {
        await page.goto(url.href)
        await page.getByRole('button', { name: 'Continue to sign-in' }).click()
        await nameCompany(page, 'acme', 'reader')
        await page.getByText('Choose who you are.').waitFor()
        throw new Error('at the page')
      })
      await expect(connecting).rejects.toThrow('at the page')
    },
  }
  const { files, faults } = await photograph(chromium, subject, {
    folder: join(root, '.artifacts', 'sign-in'),
  })
  expect(faults).toEqual([])
  expect(files).toHaveLength(4)
})
