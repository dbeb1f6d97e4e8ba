import { type Browser, type CompanySso, type Page, startCompanySso } from '@gateway/backends'
import {
  type Approval,
  type Approvals,
  type AuditEvent,
  createApprovals,
  GatewayError,
  principalId,
  type RecordStore,
  type Stop,
  type StopTarget,
  stopId,
  type Tenant,
} from '@gateway/domain'
import { memoryRecordStore, memoryRevocationStore } from '@gateway/stores'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { approvalPath } from './approvals/approval-url.ts'
import { csrfOf, postTo, waitingCall } from './testing/approvals.ts'
import { type Harness, startHarness, tenantAt } from './testing/harness.ts'
import { expectUnsaid, refusalOf } from './testing/refusal.ts'

let ofAcme: CompanySso
let ofGlobex: CompanySso
let harness: Harness
let ahead = 0
const now = () => Date.now() + ahead
const revocations = memoryRevocationStore({ now })
let auditIsAway = false

const confirming = (tenant: Tenant, change: Partial<Tenant['confirmation']> = {}): Tenant => ({
  ...tenant,
  confirmation: { ...tenant.confirmation, ...change },
})
const groupToScope = {
  staff: ['aws:read'],
  builders: ['aws:read', 'aws:write'],
  admins: ['aws:read', 'aws:admin'],
}
const acme = () => tenantAt('acme', ofAcme, { groupToScope })
const all = () => [acme(), tenantAt('globex', ofGlobex, { groupToScope })]

beforeAll(async () => {
  ofAcme = await startCompanySso()
  ofGlobex = await startCompanySso()
  harness = await startHarness(all(), {
    now,
    revocations,
    audit: {
      async append(event) {
        if (auditIsAway && event.event === 'approval.decide') throw new Error('away')
      },
    },
  })
})
beforeEach(() => {
  ahead = 0
  auditIsAway = false
  harness.setTenants(all())
  signsIn(ofAcme, 'anna', 'builders')
  signsIn(ofGlobex, 'gina', 'admins')
})
afterAll(async () => {
  for (const each of [harness, ofAcme, ofGlobex]) await each[Symbol.asyncDispose]()
})

const signsIn = (sso: CompanySso, subject: string, ...groups: string[]): void => {
  sso.says = { subject, groups, claims: { name: `${subject} of the company` } }
}
const pathOf = (approval: Pick<Approval, 'tenantId' | 'id'>) => `${harness.issuer}${approvalPath(approval)}`
const call = async (change: Parameters<typeof waitingCall>[2] = {}) => {
  const made = await waitingCall(harness.approvals, ofAcme, { createdAt: now(), ...change })
  open.push(made)
  return made
}
const open: Approval[] = []
// Only so many of one person wait at once.
afterEach(async () => {
  const by = { principalId: 'p', issuer: 'i', subject: 's', mayApproveOthers: true }
  ahead = 0
  for (const each of open.splice(0)) await harness.approvals.decide(each, { approve: false, by })
})
/** Opens the page of an approval as somebody who signs in for it. */
const openAs = async (approval: Approval, subject: string, ...groups: string[]) => {
  signsIn(ofAcme, subject, ...groups)
  const browser = harness.browser()
  return { browser, page: await browser.open(pathOf(approval)) }
}
const asBoss = (approval: Approval) => openAs(approval, 'boss', 'admins')
const stateOf = async ({ tenantId, id }: Approval) => (await harness.approvals.find(tenantId, id))?.state
const headingOf = ({ text }: Page) =>
  /<h1[^>]*>(.*?)<\/h1>/s
    .exec(text)?.[1]
    ?.replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
const decisionsSince = (before: number): AuditEvent[] =>
  harness.audit.slice(before).filter(({ event }) => event === 'approval.decide')

test('another person signs in, sees all of it, approves with a reason, and the call may be made once', async () => {
  const approval = await call()
  // The asker signed in before, to connect the app.
  await openAs(approval, 'anna', 'builders')
  const { browser, page } = await asBoss(approval)
  expect(page.status).toBe(200)
  const words = page.text.replace(/<[^>]+>/g, '').replace(/&#39;/g, "'")
  for (const each of [
    'Terminates 1 instance for good.',
    'i-0123456789abcdef0',
    'web-1',
    '\u201cEnvironment\u201d = \u201cproduction\u201d',
    'main (111111111111)',
    'eu-west-1',
    '-0.0104 USD per hour.',
    'as of 2026-11-01',
    'anna of the company',
    new URL(ofAcme.issuer).host,
    'claude.ai',
    'It is not used any more',
    'It destroys what is tagged as production.',
    'instanceIds &#61; ',
    '14 minutes, until ',
  ]) {
    expect(words).toContain(each)
  }
  expect(page.text).toContain('<strong>\u201c<bdi>Environment</bdi>\u201d')
  expect(await stateOf(approval)).toBe('pending')
  const before = harness.audit.length
  const done = await browser.submit(page, { answer: 'approve', reason: ' as agreed\r\nwith Ann ' })
  expect([done.status, done.url, headingOf(done)]).toEqual([200, pathOf(approval), 'You approved this'])
  expect(await harness.approvals.find('acme', approval.id)).toMatchObject({
    state: 'approved',
    decision: {
      by: { principalId: principalId(ofAcme.issuer, 'boss'), issuer: ofAcme.issuer, subject: 'boss' },
      reason: 'as agreed\nwith Ann',
    },
  })
  expect(harness.audit.slice(before)).toEqual([
    {
      schema_version: 1,
      ts: expect.any(String),
      event: 'approval.decide',
      outcome: 'allow',
      detail: 'aws_ec2_terminate_instances in main',
      request_id: expect.any(String),
      tenant_id: 'acme',
      user: { id: principalId(ofAcme.issuer, 'boss'), issuer: ofAcme.issuer, subject: 'boss' },
      client: { id: approval.asker.client, scopes: [] },
      source: { ip: '127.0.0.1' },
      policy: {
        decision: 'allow',
        rule_ids: [],
        approval: {
          id: expect.stringMatching(/^[\w-]{16}$/),
          by: principalId(ofAcme.issuer, 'boss'),
        },
      },
      http: { method: 'POST', route: '/approvals/:tenantId/:id', status: 303 },
    },
  ])
  expectUnsaid(harness, [approval.id, csrfOf(page), 'as agreed', [...browser.cookies.values()].join('')])
  const { digest, asker } = approval
  const use = {
    tenantId: 'acme',
    id: approval.id,
    principalId: asker.principalId,
    digest,
    least: approval.rung,
  } as const
  expect(await harness.approvals.use(use)).toHaveProperty('approval')
  const after = await browser.open(pathOf(approval))
  expect(headingOf(after)).toBe('This was approved, and the call was made')
})

test('refused with a reason: nothing may be made of it, and the asker reads who and why', async () => {
  const approval = await call()
  const { browser, page } = await asBoss(approval)
  const before = harness.audit.length
  const done = await browser.submit(page, { answer: 'refuse', reason: 'not <b>today</b>' })
  expect(headingOf(done)).toBe('You refused this')
  expect(await stateOf(approval)).toBe('refused')
  expect(decisionsSince(before)).toMatchObject([
    { outcome: 'deny', reason_code: 'approval:refused', policy: { decision: 'deny' } },
  ])
  const asker = await openAs(approval, 'anna', 'builders')
  expect(headingOf(asker.page)).toBe('This was refused')
  expect(asker.page.text).toContain('boss of the company')
  expect(asker.page.text).toContain('not &#60;b&#62;today&#60;/b&#62;')
})

test('the asker decides where their own word counts', async () => {
  const approval = await call({ rung: 'approval' })
  const { browser, page } = await openAs(approval, 'anna', 'builders')
  expect(page.text).toContain('(you)')
  await browser.submit(page, { answer: 'approve', reason: '' })
  expect(await harness.approvals.find('acme', approval.id)).toMatchObject({ state: 'approved' })
  expect((await harness.approvals.find('acme', approval.id))?.decision).not.toHaveProperty('reason')
})

test('nobody has signed in: the company of the link asks, with a cookie of this browser only', async () => {
  const approval = await call()
  const answer = await harness.send(approvalPath(approval))
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toMatch(new RegExp(`^${ofAcme.issuer}/authorize\\?`))
  const asked = new URL(answer.headers.get('location') ?? '').searchParams
  expect(asked.get('code_challenge_method')).toBe('S256')
  expect(asked.get('redirect_uri')).toBe(`${harness.issuer}/sso/callback/acme`)
  expect(asked.get('nonce')).toMatch(/.{20}/)
  expect(answer.headers.get('set-cookie')).toContain('HttpOnly; SameSite=Lax')
  // The callback of this sign-in in another browser.
  const back = await harness.browser().open(answer.headers.get('location') ?? '')
  expect(back.status).toBe(400)
  const { browser } = await asBoss(approval)
  const kept = [...browser.cookies.keys()].filter((each) => each.endsWith(' approvals'))
  expect(kept).toHaveLength(1)
})

test('who refuses to sign in is told so, and nothing more', async () => {
  const approval = await call()
  ofAcme.says = { ...ofAcme.says, callback: { code: undefined, error: 'access_denied' } }
  const page = await harness.browser().open(pathOf(approval))
  expect([page.status, headingOf(page)]).toEqual([403, 'You did not sign in'])
  expect(page.text).not.toContain('web-1')
})

describe('four eyes', () => {
  test('the asker sees it, without a form, and cannot answer it', async () => {
    const approval = await call()
    const { browser, page } = await openAs(approval, 'anna', 'admins')
    expect(headingOf(page)).toBe('Another person must approve this in main')
    expect(page.text).toContain(pathOf(approval))
    expect(page.text).not.toContain('<form')
    const other = await call({ rung: 'approval' })
    const token = csrfOf(await browser.open(pathOf(other)))
    for (const csrf of ['', token]) {
      const { status, reason, text } = await refusalOf(harness, () =>
        postTo(browser, pathOf(approval), { answer: 'approve', csrf }),
      )
      expect([status, reason]).toEqual([403, 'own'])
      expect(text).toContain('Send the link to somebody')
    }
    expect(await stateOf(approval)).toBe('pending')
  })

  test('a colleague who may not approve for others sees nothing of it', async () => {
    const approval = await call()
    signsIn(ofAcme, 'carl', 'builders')
    const browser = harness.browser()
    const { status, reason, text } = await refusalOf(harness, () => browser.open(pathOf(approval)))
    expect([status, reason]).toEqual([403, 'not_approver'])
    expect(text).not.toMatch(/web-1|i-0123|anna|Terminates/)
    const posted = await refusalOf(harness, () => postTo(browser, pathOf(approval), { answer: 'approve' }))
    expect([posted.status, posted.reason]).toEqual([403, 'not_approver'])
    expect(await stateOf(approval)).toBe('pending')
  })

  test('groups that the tenant names approve, whatever access they have, and then admins do not', async () => {
    const approval = await call()
    harness.setTenants([confirming(acme(), { approverGroups: ['security'] })])
    const admin = await asBoss(approval)
    expect(admin.page.status).toBe(403)
    const { browser, page } = await openAs(approval, 'sven', 'security')
    await browser.submit(page, { answer: 'approve', reason: '' })
    expect(await stateOf(approval)).toBe('approved')
  })

  test('who leaves the group while the page is open approves nothing', async () => {
    const approval = await call()
    const { browser, page } = await asBoss(approval)
    // Another sign-in says what the groups are now.
    await openAs(approval, 'boss', 'staff')
    const { reason } = await refusalOf(harness, () => browser.submit(page, { answer: 'approve' }))
    expect(reason).toBe('not_approver')
    expect(await stateOf(approval)).toBe('pending')
  })
})

describe('two companies', () => {
  test('an approval of acme below the name of globex is nothing, to an admin of globex', async () => {
    const approval = await call()
    const browser = harness.browser()
    const foreign = { tenantId: 'globex', id: approval.id }
    const shown = await refusalOf(harness, () => browser.open(pathOf(foreign)))
    expect([shown.status, shown.reason]).toEqual([404, 'unknown'])
    const never = await refusalOf(harness, () =>
      browser.open(pathOf({ tenantId: 'globex', id: 'a'.repeat(43) })),
    )
    const bare = ({ text }: { text: string }) => text.replace(/[0-9a-f-]{36}/, '')
    expect(bare(shown)).toBe(bare(never))
    const posted = await refusalOf(harness, () => postTo(browser, pathOf(foreign), { answer: 'approve' }))
    expect([posted.status, posted.reason]).toEqual([404, 'unknown'])
    expect(await stateOf(approval)).toBe('pending')
  })

  test('a session of globex opens nothing of acme: acme asks for its own sign-in, which globex cannot give', async () => {
    const approval = await call()
    const browser = harness.browser()
    await browser.open(pathOf({ tenantId: 'globex', id: 'a'.repeat(43) }))
    const posted = await refusalOf(harness, () => postTo(browser, pathOf(approval), { answer: 'approve' }))
    expect([posted.status, posted.reason]).toEqual([403, 'no_session'])
    expect(posted.text).not.toMatch(/web-1|Terminates/)
    ofAcme.says = { ...ofAcme.says, claims: { iss: ofGlobex.issuer, sub: 'gina' } }
    const { status } = await refusalOf(harness, () => browser.open(pathOf(approval)))
    expect(status).toBe(400)
    expect(await stateOf(approval)).toBe('pending')
  })

  test('at an SSO that both share, a person of the other one is refused and sees nothing', async () => {
    const shared = await startCompanySso()
    const pinned = (id: string, tid: string) => tenantAt(id, shared, { groupToScope, pins: { tid } })
    harness.setTenants([pinned('acme', 'of-acme'), pinned('globex', 'of-globex')])
    shared.says = { subject: 'gina', groups: ['admins'], claims: { tid: 'of-globex' } }
    const approval = await waitingCall(harness.approvals, shared)
    const { status, text } = await refusalOf(harness, () => harness.browser().open(pathOf(approval)))
    expect(status).toBe(403)
    expect(text).not.toMatch(/web-1|Terminates/)
    await shared[Symbol.asyncDispose]()
  })

  test('names in a path that are none of ours lead nowhere, and are audited', async () => {
    const { id } = await call()
    for (const path of [
      `/approvals/initech/${id}`,
      `/approvals/ACME/${id}`,
      `/approvals/acme/${id}x`,
      '/approvals/acme/x',
      `/approvals/__proto__/${id}`,
      `/approvals/%2e%2e/${id}`,
    ]) {
      const { status } = await refusalOf(harness, () => harness.send(path))
      expect([path, status]).toEqual([path, 404])
    }
  })

  test('of a company with several sign-ins, one chooses', async () => {
    const second = await startCompanySso()
    const [first] = acme().connections
    const [other] = tenantAt('acme', second, { groupToScope }).connections
    harness.setTenants([{ ...acme(), connections: [first, other].flatMap((each) => each ?? []) }])
    const approval = await call()
    signsIn(second, 'boss', 'admins')
    const browser = harness.browser()
    const choice = await browser.open(pathOf(approval))
    expect([choice.status, headingOf(choice)]).toEqual([200, 'Where do you sign in?'])
    for (const at of ['7', '-1', 'x', '0.0', '__proto__']) {
      const page = await browser.open(`${pathOf(approval)}?at=${at}`)
      expect([at, headingOf(page)]).toEqual([at, 'Where do you sign in?'])
    }
    const page = await browser.open(`${pathOf(approval)}?at=1`)
    await browser.submit(page, { answer: 'approve', reason: '' })
    expect((await harness.approvals.find('acme', approval.id))?.decision?.by.issuer).toBe(second.issuer)
    await second[Symbol.asyncDispose]()
  })
})

describe('the form', () => {
  const rows: [
    string,
    string,
    number,
    (at: { browser: Browser; page: Page; approval: Approval }) => Promise<Page>,
  ][] = [
    ['without a token', 'form', 403, ({ browser, page }) => postTo(browser, page.url, { answer: 'approve' })],
    [
      'with a wrong token',
      'form',
      403,
      ({ browser, page }) => postTo(browser, page.url, { answer: 'approve', csrf: 'é'.repeat(43) }),
    ],
    [
      'with two tokens',
      'form',
      403,
      ({ browser, page }) =>
        postTo(browser, page.url, `answer=approve&csrf=${csrfOf(page)}&csrf=${csrfOf(page)}`),
    ],
    [
      'with the token of an earlier page',
      'form',
      403,
      async ({ browser, page }) => {
        await browser.open(page.url)
        return browser.submit(page, { answer: 'approve' })
      },
    ],
    [
      'with the token of another approval',
      'form',
      403,
      async ({ browser, page }) => {
        const other = await browser.open(pathOf(await call()))
        return postTo(browser, page.url, { answer: 'approve', csrf: csrfOf(other) })
      },
    ],
    [
      "with the token of another person's session",
      'form',
      403,
      async ({ page, approval }) =>
        postTo((await openAs(approval, 'vera', 'admins')).browser, page.url, {
          answer: 'approve',
          csrf: csrfOf(page),
        }),
    ],
    [
      'in another browser',
      'no_session',
      403,
      ({ page }) => postTo(harness.browser(), page.url, { answer: 'approve', csrf: csrfOf(page) }),
    ],
    [
      'with two cookies',
      'no_session',
      403,
      ({ browser, page }) => {
        const [secret] = [...browser.cookies]
          .filter(([key]) => key.endsWith(' approvals'))
          .map(([, each]) => each)
        return harness.browser().open(page.url, {
          method: 'POST',
          headers: { cookie: `approvals=${secret}; approvals=${secret}` },
          body: new URLSearchParams({ answer: 'approve', csrf: csrfOf(page) }),
        })
      },
    ],
    ['without an answer', 'reason', 400, ({ browser, page }) => browser.submit(page, {})],
    ['with another answer', 'reason', 400, ({ browser, page }) => browser.submit(page, { answer: 'yes' })],
    [
      'with both answers',
      'reason',
      400,
      ({ browser, page }) => postTo(browser, page.url, `answer=approve&answer=refuse&csrf=${csrfOf(page)}`),
    ],
    [
      'with a reason that is too long',
      'reason',
      400,
      ({ browser, page }) => browser.submit(page, { answer: 'approve', reason: 'x'.repeat(501) }),
    ],
    [
      'as JSON',
      'bad_request',
      400,
      ({ browser, page }) =>
        browser.open(page.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ answer: 'approve', csrf: csrfOf(page) }),
        }),
    ],
  ]
  test.each(rows)('%s decides nothing', async (_, reason, status, attack) => {
    const approval = await call()
    const at = await asBoss(approval)
    const before = harness.audit.length
    const refusal = await refusalOf(harness, () => attack({ ...at, approval }))
    expect([refusal.reason, refusal.status]).toEqual([reason, status])
    expect(refusal.headers.get('x-frame-options')).toBe('DENY')
    expect(decisionsSince(before)).toMatchObject([{ outcome: 'deny', tenant_id: 'acme' }])
    expect(await stateOf(approval)).toBe('pending')
  })

  test('of 500 characters with line breaks is taken', async () => {
    const approval = await call()
    const { browser, page } = await asBoss(approval)
    await browser.submit(page, { answer: 'approve', reason: `${'x'.repeat(249)}\r\n${'y'.repeat(250)}` })
    expect(await stateOf(approval)).toBe('approved')
  })

  test('posted twice, or by two people at once: one answer counts, and each is audited once', async () => {
    const approval = await call()
    const [one, other] = [await asBoss(approval), await openAs(approval, 'vera', 'admins')]
    const before = harness.audit.length
    const pages = await Promise.all([
      one.browser.submit(one.page, { answer: 'approve' }),
      one.browser.submit(one.page, { answer: 'approve' }),
      other.browser.submit(other.page, { answer: 'refuse' }),
    ])
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1)
    const events = decisionsSince(before)
    expect(events).toHaveLength(3)
    expect(events.filter(({ policy }) => policy !== undefined)).toHaveLength(1)
    const again = await refusalOf(harness, () => one.browser.submit(one.page, { answer: 'refuse' }))
    expect(again.reason).toBe('form')
  })

  test('of a page that was open while another decided: decided already', async () => {
    const approval = await call()
    const [one, other] = [await asBoss(approval), await openAs(approval, 'vera', 'admins')]
    await one.browser.submit(one.page, { answer: 'refuse' })
    const late = await refusalOf(harness, () => other.browser.submit(other.page, { answer: 'approve' }))
    expect([late.status, late.reason]).toEqual([409, 'decided'])
    expect(await stateOf(approval)).toBe('refused')
  })
})

describe('time', () => {
  test('what has expired is neither shown nor decided', async () => {
    const approval = await call({ expiresAt: now() + 60_000 })
    const { browser, page } = await asBoss(approval)
    ahead = 61_000
    const shown = await refusalOf(harness, () => browser.open(pathOf(approval)))
    expect([shown.status, shown.reason]).toEqual([410, 'expired'])
    const late = await refusalOf(harness, () => browser.submit(page, { answer: 'approve' }))
    expect([late.status, late.reason]).toEqual([410, 'expired'])
    expect(await stateOf(approval)).toBe('pending')
  })

  test('a sign-in is good for ten minutes', async () => {
    const approval = await call({ expiresAt: now() + 3_600_000 })
    const { browser, page } = await asBoss(approval)
    ahead = 601_000
    const late = await refusalOf(harness, () => browser.submit(page, { answer: 'approve' }))
    expect([late.status, late.reason]).toEqual([403, 'no_session'])
    expect(await stateOf(approval)).toBe('pending')
  })
})

test('whose access is revoked while the page is open decides nothing, and must sign in again', async () => {
  const approval = await call()
  const { browser, page } = await openAs(approval, 'rita', 'admins')
  await revocations.revoke({ tenantId: 'acme', kind: 'user', id: principalId(ofAcme.issuer, 'rita') })
  for (const attack of [() => browser.submit(page, { answer: 'approve' }), () => browser.open(page.url)]) {
    const { status, reason, text } = await refusalOf(harness, attack)
    expect([status, reason]).toEqual([403, 'no_session'])
    expect(text).toContain('Open it again')
  }
  // It counts from the next full second: until then a browser is not sent round and round.
  expect([200, 403]).toContain((await browser.open(page.url)).status)
  expect(await stateOf(approval)).toBe('pending')
})

test('a suspended company sees and decides nothing', async () => {
  const approval = await call()
  const { browser, page } = await asBoss(approval)
  harness.setTenants([{ ...acme(), status: 'suspended' }])
  for (const attack of [
    () => browser.open(pathOf(approval)),
    () => browser.submit(page, { answer: 'approve' }),
    () => harness.browser().open(pathOf(approval)),
  ]) {
    const { status, reason, text } = await refusalOf(harness, attack)
    expect([status, reason]).toEqual([403, 'tenant_suspended'])
    expect(text).not.toContain('web-1')
  }
  expect(await stateOf(approval)).toBe('pending')
})

test('a page that is opened decides nothing, and other methods are none', async () => {
  const approval = await call()
  const { browser, page } = await asBoss(approval)
  const query = `?answer=approve&csrf=${csrfOf(page)}`
  await browser.open(`${page.url}${query}`)
  for (const method of ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await refusalOf(harness, () =>
      browser.open(`${page.url}${query}`, { method }),
    )
    expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET, POST'])
  }
  expect(await stateOf(approval)).toBe('pending')
})

test('C38 no page of it can be framed, kept, or loads anything', async () => {
  const approval = await call()
  const { page } = await asBoss(approval)
  const { headers } = page
  expect(headers.get('x-frame-options')).toBe('DENY')
  expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(headers.get('content-security-policy')).toContain("form-action 'self';")
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('referrer-policy')).toBe('no-referrer')
})

test('C28 names, tags and words of others are text, whatever they are', async () => {
  const text = '"><script>alert(1)</script>\u202e\u0000</dd>'
  const approval = await call({
    plan: {
      effect: `Deletes ${text}`,
      resources: [{ id: text, name: text, tags: { [text]: text } }],
      details: { reason: text, [text]: text },
    },
    reasons: [text],
    asker: { principalId: principalId(ofAcme.issuer, 'x'), issuer: text, subject: text, client: text },
  })
  const { page } = await asBoss(approval)
  expect(page.status).toBe(200)
  expect(page.text).not.toContain('<script')
  expect(page.text).not.toMatch(/(?!\n)\p{C}/u)
  expect(page.text.match(/<dd>/g)?.length).toBe(page.text.match(/<\/dd>/g)?.length)
})

test('what is not in the audit log is not decided, and may be decided once it is back', async () => {
  const approval = await call()
  const { browser, page } = await asBoss(approval)
  auditIsAway = true
  const away = await browser.submit(page, { answer: 'approve' })
  expect(away.status).toBe(503)
  expect(headingOf(away)).toBe('Approvals are not available right now')
  expect(await stateOf(approval)).toBe('pending')
  auditIsAway = false
  const again = await browser.open(pathOf(approval))
  const busy = await refusalOf(harness, () => browser.submit(again, { answer: 'approve' }))
  expect(busy.reason).toBe('busy')
  ahead = 16_000
  await browser.submit(await browser.open(pathOf(approval)), { answer: 'approve' })
  expect(await stateOf(approval)).toBe('approved')
})

describe('stopped by an operator', () => {
  const rita = () => principalId(ofAcme.issuer, 'rita')
  const stopped = (target: StopTarget): Stop => ({
    ...target,
    id: stopId(target),
    reason: 'under <b>review</b>',
    by: { issuer: 'https://ops.example', subject: 'op' },
    since: '2026-11-27T00:00:00.000Z',
  })
  /** A server on which `rita` has opened an approval before `stops` came into force. */
  const startWith = async (stops: Stop[]) => {
    const inForce: Stop[] = []
    let isAway = false
    const approvals = createApprovals({ records: memoryRecordStore({ now }), now })
    const other = await startHarness([acme()], {
      approvals,
      now,
      stops: { inForce: () => (isAway ? Promise.reject(new GatewayError('unavailable', 'Away.')) : inForce) },
    })
    const approval = await waitingCall(approvals, ofAcme, { createdAt: now() })
    const url = `${other.issuer}${approvalPath(approval)}`
    signsIn(ofAcme, 'rita', 'admins')
    const browser = other.browser()
    const page = await browser.open(url)
    inForce.push(...stops)
    const state = async () => (await approvals.find('acme', approval.id))?.state
    const takeBack = () => void inForce.splice(0)
    return Object.assign(other, { browser, page, url, state, takeBack, lose: () => (isAway = true) })
  }
  const open = (line: Awaited<ReturnType<typeof startWith>>) => line.browser.open(line.url)
  const approve = (line: Awaited<ReturnType<typeof startWith>>) =>
    line.browser.submit(line.page, { answer: 'approve', reason: '' })

  test.each<[string, () => StopTarget]>([
    ['a person', () => ({ kind: 'principal', tenantId: 'acme', principalId: rita() })],
    ['a company', () => ({ kind: 'tenant', tenantId: 'acme' })],
  ])('%s sees and approves nothing, and reads why, until it is taken back', async (_, target) => {
    await using line = await startWith([stopped(target())])
    for (const [attack, event] of [
      [open, 'approval.view'],
      [approve, 'approval.decide'],
    ] as const) {
      const { status, reason, text } = await refusalOf(line, () => attack(line))
      expect([status, reason]).toEqual([403, 'stopped'])
      expect(line.audit.at(-1)).toMatchObject({ event, tenant_id: 'acme', user: { id: rita() } })
      expect(text).toContain('under &#60;b&#62;review&#60;/b&#62;')
      expect(text).not.toContain('web-1')
    }
    expect(await line.state()).toBe('pending')
    line.takeBack()
    expect((await approve(line)).status).toBe(200)
    expect(await line.state()).toBe('approved')
  })

  test('others are not: another company, another person, tools and what writes', async () => {
    await using line = await startWith([
      stopped({ kind: 'tenant', tenantId: 'globex' }),
      stopped({ kind: 'principal', tenantId: 'globex', principalId: rita() }),
      stopped({ kind: 'principal', tenantId: 'acme', principalId: principalId(ofAcme.issuer, 'anna') }),
      stopped({ kind: 'tool', tool: 'aws_api_write', tenantId: 'acme' }),
      stopped({ kind: 'writes' }),
    ])
    expect((await approve(line)).status).toBe(200)
    expect(await line.state()).toBe('approved')
  })

  test('where nobody can tell, nothing is decided', async () => {
    await using line = await startWith([])
    line.lose()
    const { status } = await refusalOf(line, () => approve(line))
    expect(status).toBe(503)
    expect(await line.state()).toBe('pending')
  })
})

describe('a decision that is not made is in the audit log as that, and once', () => {
  /** A server whose approvals fail as `change` has it, and what the boss's approval of a call there comes to. */
  const decideWhere = async (
    change: (records: RecordStore) => Partial<RecordStore>,
    onAudit: (approvals: Approvals, approval: Approval) => Promise<unknown> = async () => undefined,
  ) => {
    const records = memoryRecordStore({ now })
    const approvals = createApprovals({ records: { ...records, ...change(records) }, now })
    const sound = createApprovals({ records, now })
    const approval = await waitingCall(sound, ofAcme, { createdAt: now() })
    const append = async ({ event }: AuditEvent) => {
      if (event === 'approval.decide') await onAudit(sound, approval)
    }
    await using other = await startHarness([acme()], { approvals, now, audit: { append } })
    signsIn(ofAcme, 'boss', 'admins')
    const browser = other.browser()
    const page = await browser.open(`${other.issuer}${approvalPath(approval)}`)
    const { status } = await browser.submit(page, { answer: 'approve', reason: '' })
    const { state } = (await sound.find('acme', approval.id)) ?? {}
    const events = other.audit.filter(({ event }) => event === 'approval.decide')
    return { status, state, events: events.map(({ outcome, reason_code }) => [outcome, reason_code]) }
  }
  const away = () => Promise.reject(new Error('away'))

  test('where the store is away', async () => {
    expect(await decideWhere(() => ({ replace: away }))).toEqual({
      status: 503,
      state: 'pending',
      events: [['error', 'approval:unavailable']],
    })
  })

  test('where its time runs out by the clock of the store', async () => {
    const get: RecordStore['get'] = async () => undefined
    const outcome = await decideWhere((records) => ({
      get: (key) => (key.kind === 'approval-waiting' ? get(key) : records.get(key)),
    }))
    expect(outcome).toEqual({ status: 410, state: 'pending', events: [['deny', 'approval:expired']] })
  })

  test('where another is faster', async () => {
    const by = { principalId: 'p', issuer: 'i', subject: 's', mayApproveOthers: true }
    let isFirst = true
    const outcome = await decideWhere((records) => ({
      async replace(key, was, is, ttl) {
        if (isFirst) await createApprovals({ records, now }).decide(key, { approve: false, by })
        isFirst = false
        return records.replace(key, was, is, ttl)
      },
    }))
    expect(outcome).toEqual({ status: 409, state: 'refused', events: [['deny', 'approval:decided']] })
  })

  test('where the audit log lets another in meanwhile: theirs counts, and a second event says so', async () => {
    const by = { principalId: 'p', issuer: 'i', subject: 's', mayApproveOthers: true }
    const outcome = await decideWhere(
      () => ({}),
      (approvals, approval) => approvals.decide(approval, { approve: false, by }),
    )
    expect(outcome).toEqual({
      status: 503,
      state: 'refused',
      events: [
        ['allow', undefined],
        ['error', 'approval:unavailable'],
      ],
    })
  })
})

test('where approvals cannot be reached the page says so, with 503', async () => {
  const records = memoryRecordStore({ now })
  const get = async () => Promise.reject(new Error('away'))
  const approvals = createApprovals({ records: { ...records, get }, now })
  await using other = await startHarness([acme()], { approvals })
  const browser = other.browser()
  const { status, headers, text } = await refusalOf(other, () =>
    browser.open(`${other.issuer}/approvals/acme/${'a'.repeat(43)}`),
  )
  expect(status).toBe(503)
  expect(headers.get('retry-after')).not.toBeNull()
  expect(text).toContain('Try again')
})

test('a server without approvals has no such pages', async () => {
  await using other = await startHarness([acme()], { approvals: 'off' })
  const { status } = await refusalOf(other, () => other.send(`/approvals/acme/${'a'.repeat(43)}`))
  expect(status).toBe(404)
})

test('whoever tries names of companies is stopped after 60', async () => {
  await using other = await startHarness([acme()])
  const statuses: number[] = []
  for (let i = 0; i < 61; i++) {
    statuses.push((await other.send(`/approvals/company-${i}/${'a'.repeat(43)}`)).status)
  }
  expect(statuses).toEqual([...Array(60).fill(404), 429])
  expect(other.audit.filter(({ event }) => event === 'approval.view')).toHaveLength(61)
})

test('strangers fill no audit log of a company: beyond 60 their answers are events of nobody', async () => {
  await using other = await startHarness([acme()])
  const statuses: number[] = []
  const path = `/approvals/acme/${'a'.repeat(43)}`
  for (let i = 0; i < 62; i++) statuses.push((await other.post(path, { answer: 'approve' })).status)
  expect(statuses).toEqual([...Array(60).fill(403), 429, 429])
  const events = other.audit.filter(({ event }) => event === 'approval.decide')
  expect(events).toHaveLength(62)
  expect(events.filter(({ tenant_id }) => tenant_id === 'acme')).toHaveLength(60)
})

test('nor by opening links, and not with a sign-in that was revoked', async () => {
  const ended = memoryRevocationStore({ now })
  await using other = await startHarness([acme()], { now, revocations: ended })
  const url = `${other.issuer}/approvals/acme/${'a'.repeat(43)}`
  const browser = other.browser()
  signsIn(ofAcme, 'rita', 'admins')
  await browser.open(url)
  const [secret] = [...browser.cookies].flatMap(([key, value]) => (key.endsWith(' approvals') ? [value] : []))
  await ended.revoke({ tenantId: 'acme', kind: 'user', id: principalId(ofAcme.issuer, 'rita') })
  const before = other.audit.length
  const init = { headers: { cookie: `approvals=${secret}` } }
  const path = new URL(url).pathname
  const statuses: number[] = []
  for (let i = 0; i < 61; i++) statuses.push((await other.send(path, init)).status)
  expect(statuses).toEqual([...Array(60).fill(403), 429])
  const events = other.audit.slice(before)
  expect(events).toHaveLength(61)
  expect(events.filter(({ tenant_id }) => tenant_id === 'acme')).toHaveLength(60)
})
