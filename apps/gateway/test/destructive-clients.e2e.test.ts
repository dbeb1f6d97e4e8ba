import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startChromium, startRedis, startStrictAws } from '@gateway/backends'
import type { AuditEvent } from '@gateway/domain'
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from '@modelcontextprotocol/client'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { type OwnedAccount, openAccount } from './support/owned-account.ts'
import { type Company, type SignInService, startSignInService } from './support/sign-in-service.ts'

// An instance is terminated, by its own tool and by the one for any write, as each kind of client and tenant there is.

const root = join(import.meta.dirname, '..', '..', '..')
const gatewayRole = 'arn:aws:iam::123456789012:role/mcp-gateway'

const stack = new AsyncDisposableStack()
let two: SignInService
let aws: Awaited<ReturnType<typeof startStrictAws>>
let chromium: Browser
const accounts = {} as Record<Company, OwnedAccount>
const tokens = {} as Record<Company, string>

/** What was seen, as a person reads it. */
const seen: string[] = []

beforeAll(async () => {
  const options = { cacheDir: join(root, '.cache'), mayInstall: true, env: process.env }
  aws = stack.use(await startStrictAws({ upstream: inject('awsUrl'), principals: { gateway: gatewayRole } }))
  for (const company of ['acme', 'globex'] as const)
    accounts[company] = await openAccount(inject('awsUrl'), gatewayRole)
  // Of its own: the signing keys in it are sealed with the key of this service.
  const { url: redisUrl } = stack.use(await startRedis(options))
  ;[two, chromium] = await Promise.all([
    startSignInService({
      redisUrl,
      env: { AWS_ENDPOINT_URL: aws.url },
      tenancy(tenancy) {
        for (const company of ['acme', 'globex'] as const) {
          const tenant = tenancy[company]
          accounts[company].giveTo(tenant)
          Object.assign(tenant.connections[1] ?? {}, { groupToScope: { staff: ['aws:read', 'aws:write'] } })
        }
        tenancy.globex.confirmation = {
          rules: [{ name: 'never-destroy', when: { classes: ['destructive'] }, require: 'refuse' }],
        }
      },
    }),
    startChromium(options),
  ])
  stack.use(two)
  for (const company of ['acme', 'globex'] as const) tokens[company] = await writingToken(company)
})
afterAll(async () => {
  await chromium?.close()
  await stack.disposeAsync()
  await mkdir(join(root, '.artifacts'), { recursive: true })
  await writeFile(join(root, '.artifacts', 'destructive-clients.txt'), `${seen.join('\n')}\n`)
})

/** Connects an app for somebody of the company who lets it change things, too. */
const writingToken = async (company: Company): Promise<string> => {
  const clientId = await two.register()
  const browser = two.browser()
  const consent = await browser.open(two.authUrl(clientId))
  const choice = await browser.submit(consent, { answer: 'continue', also: 'aws:write' })
  const page = await browser.submit(choice, { company: two.idOf(company) })
  const answer = await two.post(0, two.codeForm(page, clientId))
  return ((await answer.json()) as { access_token: string }).access_token
}

/** What the person at the client says to a form; `none` where the client has no forms. */
type Forms = 'accepts' | 'declines' | 'none'

type Era = 'legacy' | 'modern'

interface Call {
  readonly name: string
  readonly arguments: Record<string, unknown>
}

interface Answer {
  readonly isError: boolean
  readonly error?: {
    readonly code: string
    readonly confirmation?: string
    readonly approval?: { readonly url: string }
  }
  readonly data?: Readonly<Record<string, unknown>>
}

/** An official client of either line: what it does with a call, and what its person was asked meanwhile. */
interface Calling {
  call(call: Call): Promise<Answer>
  readonly asked: readonly string[]
  close(): Promise<void>
}

const clientInfo = { name: 'test client', version: '1.0.0' }
const sayings = {
  accepts: { action: 'accept' as const, content: { confirm: true } },
  declines: { action: 'decline' as const },
}

/** A machine that is busy with other tests may keep Redis from answering in time: then clients are told to come again, and do. */
const patiently = async (url: string | URL, init?: RequestInit): Promise<Response> => {
  const answer = await fetch(url, init)
  return answer.status === 503 ? patiently(url, init) : answer
}

const connect = async (era: Era, company: Company, forms: Forms): Promise<Calling> => {
  const url = new URL(two.resource)
  const requestInit = { headers: { authorization: `Bearer ${tokens[company]}` } }
  const options = { requestInit, fetch: patiently }
  const capabilities = forms === 'none' ? {} : { elicitation: {} }
  const asked: string[] = []
  const saying = (message: string) => {
    asked.push(message)
    return sayings[forms === 'declines' ? 'declines' : 'accepts']
  }
  const client = await (async () => {
    if (era === 'modern') {
      const pinned = { mode: { pin: '2026-07-28' } } as const
      const made = new ModernClient(clientInfo, { capabilities, versionNegotiation: pinned })
      if (forms !== 'none')
        made.setRequestHandler('elicitation/create', ({ params }) => saying(params.message))
      await made.connect(new ModernTransport(url, options))
      return made
    }
    const made = new Client(clientInfo, { capabilities })
    if (forms !== 'none') made.setRequestHandler(ElicitRequestSchema, ({ params }) => saying(params.message))
    await made.connect(new StreamableHTTPClientTransport(url, options) as never)
    return made
  })()
  return {
    asked,
    async call(call) {
      const { isError, structuredContent } = await client.callTool(call)
      return { isError: isError === true, ...(structuredContent as object) }
    },
    close: () => client.close(),
  }
}

const named = 'aws_ec2_control_instance'
const generic = 'aws_api_write'

/** Terminates an instance by either tool. */
const termination = (name: string, instanceId: string, more: object = {}): Call => ({
  name,
  arguments: {
    ...(name === named
      ? { instanceId, action: 'terminate' }
      : { service: 'ec2', operation: 'TerminateInstances', params: { InstanceIds: [instanceId] } }),
    region: 'eu-west-1',
    ...more,
  },
})

/** An audit event as a line. */
const lineOf = ({ outcome, reason_code, mcp, policy }: AuditEvent): string =>
  [
    mcp?.era,
    outcome,
    ...(reason_code ? [reason_code] : []),
    `${policy?.decision}:`,
    policy?.decision === 'allow' ? 'all' : policy?.rule_ids.join('+'),
    ...(policy?.consent ? [`by ${policy.consent}`] : []),
  ].join(' ')

/** What one call came to: in the account, at AWS and in the audit log. */
const watch = async (
  as: string,
  { name, company, lines }: { readonly name: string; readonly company: Company; readonly lines: number },
  work: (instanceId: string) => Promise<Answer>,
) => {
  const instanceId = await accounts[company].instance(`of ${as}`)
  const before = [aws.requests.length, (await auditOf(name)).length] as const
  const answer = await work(instanceId)
  const terminations = aws.requests
    .slice(before[0])
    .filter(({ permissions }) => permissions.some(({ action }) => action === 'ec2:TerminateInstances'))
  const audited = (await auditOf(name, before[1] + lines)).slice(before[1]).map(lineOf)
  const state = await accounts[company].stateOf(instanceId)
  const at = `${terminations.length} TerminateInstances at AWS`
  seen.push(`${as}, ${name}: ${answer.error?.code ?? 'answered'}; ${at}; instance ${state}`)
  for (const line of audited) seen.push(`  audit: ${line}`)
  return { answer, audited, state, terminations: terminations.length }
}

/** Events of a tool, oldest first, once there are so many. */
const auditOf = async (tool: string, atLeast = 0): Promise<readonly AuditEvent[]> => {
  const of = (events: readonly AuditEvent[]) =>
    events.filter(({ mcp, reason_code }) => mcp?.tool === tool && reason_code !== 'unavailable')
  const events = of(await two.service.audit((all) => of(all).length >= atLeast))
  return events.toSorted((a, b) => a.ts.localeCompare(b.ts))
}

const shut = { terminations: 0, state: 'running' }
const done = { answer: { isError: false }, terminations: 1, state: 'terminated' }
const refused = (code: string) => ({ answer: { isError: true, error: { code } } })

describe.each([named, generic])('%s', (name) => {
  const line = (company: Company, lines: number) => ({ name, company, lines })

  /** A call by a client of its own. */
  const by = async (era: Era, company: Company, forms: Forms, call: Call) => {
    const client = await connect(era, company, forms)
    const answer = await client.call(call)
    await client.close()
    return { answer, asked: client.asked }
  }

  test.each(['legacy', 'modern'] as const)('a %s client that can ask: as the person says', async (era) => {
    const said = async (forms: Forms) => {
      const asked: string[] = []
      const as = `${era} client with elicitation, whose person ${forms}`
      const came = await watch(as, line('acme', 2), async (instanceId) => {
        const made = await by(era, 'acme', forms, termination(name, instanceId))
        expect(made.asked).toEqual([expect.stringContaining(`- ${instanceId} (of ${as})`)])
        asked.push(...made.asked)
        return made.answer
      })
      expect(asked).toHaveLength(1)
      return came
    }
    const first = `${era} allow input_required confirm: confirmation.asked`
    const accepted = await said('accepts')
    expect(accepted).toMatchObject(done)
    expect(accepted.audited).toEqual([first, `${era} allow confirm: confirmation.asked by elicitation`])
    const declined = await said('declines')
    expect(declined).toMatchObject({ ...refused('not_confirmed'), ...shut })
    expect(declined.audited).toEqual([first, `${era} deny not_confirmed confirm: confirmation.asked`])
  })

  test('a client that cannot ask: after a person approved on the page, once', async () => {
    const as = 'client without elicitation'
    const came = await watch(as, line('acme', 4), async (instanceId) => {
      const client = await connect('legacy', 'acme', 'none')
      const first = await client.call(termination(name, instanceId))
      const { code, confirmation = '', approval } = first.error ?? {}
      expect(code).toBe('confirmation_required')
      const again = () => client.call(termination(name, instanceId, { confirmation }))
      expect(await again()).toMatchObject(refused('confirmation_required').answer)
      expect(await accounts.acme.stateOf(instanceId)).toBe('running')
      await approve(approval?.url ?? '', instanceId)
      const used = await again()
      expect(await again()).toMatchObject(refused('not_confirmed').answer)
      await client.close()
      return used
    })
    expect(came).toMatchObject(done)
    const asks = 'legacy deny confirmation_required confirm: confirmation.asked'
    expect(came.audited).toEqual([
      ...[asks, asks],
      'legacy allow confirm: confirmation.asked by approval',
      'legacy deny not_confirmed confirm: confirmation.asked',
    ])
  })

  test('a dry run asks AWS, and nobody else', async () => {
    const came = await watch('dry run', line('acme', 1), async (instanceId) => {
      const call = termination(name, instanceId, { dryRun: true })
      const { answer, asked } = await by('legacy', 'acme', 'accepts', call)
      expect(asked).toEqual([])
      return answer
    })
    // AWS was asked with DryRun, so the instance still runs.
    expect(came).toMatchObject({ answer: { isError: false }, terminations: 1, state: 'running' })
    expect(came.audited).toEqual(['legacy allow allow: all'])
  })

  test.each(['legacy', 'modern'] as const)('a tenant that forbids it asks nobody, %s', async (era) => {
    const came = await watch(`tenant that forbids it, ${era}`, line('globex', 1), async (instanceId) => {
      const { answer, asked } = await by(era, 'globex', 'accepts', termination(name, instanceId))
      expect(asked).toEqual([])
      return answer
    })
    expect(came).toMatchObject({ ...refused('not_allowed'), ...shut })
    expect(came.audited).toEqual([`${era} deny not_allowed deny: confirmation.never-destroy`])
  })
})

/** Signs in at the page in a browser and approves. */
const approve = async (url: string, instanceId: string): Promise<void> => {
  const context = await chromium.newContext()
  const page = await context.newPage()
  // As above, by a person.
  await vi.waitFor(async () => expect((await page.goto(url))?.status()).toBe(200), 10_000)
  expect(await page.locator('body').textContent()).toContain(instanceId)
  await page.getByRole('button', { name: 'Approve' }).click()
  await page.getByRole('heading', { name: 'You approved this' }).waitFor()
  await context.close()
}
