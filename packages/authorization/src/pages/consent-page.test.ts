import { expect, test } from 'vitest'
import { type ConsentView, consentPage } from './consent-page.ts'
import { asking } from './testing/every-page.ts'

/** What a person reads, line by line. */
const readOf = (markup: string) =>
  markup
    .replace(/[\s\S]*<main>/, '')
    .replace(/<\/(p|h1|h2|li|dt|dd|legend|label|button|span)>|<span/g, '\n$&')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const read = (view: Partial<ConsentView>) => readOf(consentPage({ ...asking, ...view }))
const cimd = 'https://claude.ai/oauth/client.json'

test('everything that a person reads before saying yes', () => {
  const view = { clientName: 'My App', signInHost: 'login.acme.example' }
  expect(read(view)).toMatchInlineSnapshot(`
    [
      "app.example wants to use AWS through the Acme gateway",
      "It calls itself “My App”. Nobody has checked that name.",
      "If you did not just connect it yourself, choose Cancel. Nothing has been allowed yet.",
      "What it may do for you",
      "Look at your company’s AWS",
      "List and describe what is there, read metrics and logs.",
      "It asked for no more than that. If you want:",
      "Also let it make changes",
      "Create, change, start, stop and delete. Each destructive step asks you again.",
      "Also let it do what takes an administrator",
      "Read secrets, change who may do what, see what colleagues did here.",
      "It never gets more than your company lets you do yourself.",
      "Check before you continue",
      "Access goes to",
      "app.example",
      "It will use",
      "https://mcp.acme.example/mcp",
      "You sign in",
      "At the sign-in of Acme: login.acme.example",
      "The app never sees your password.",
      "It ends",
      "After 30 days. Earlier if you disconnect it in the app, or if your administrators revoke it.",
      "Continue to sign-in",
      "Cancel",
      "Next comes your company’s sign-in. Nothing is allowed before you have signed in there.",
    ]
  `)
})

test.each<[string, Partial<ConsentView>, string]>([
  ['registered by itself', {}, 'app.example wants'],
  ['C28: named like another', { clientName: 'Claude' }, 'app.example wants'],
  ['of a document', { clientId: cimd, redirectUri: 'https://claude.ai/cb' }, 'claude.ai wants'],
  [
    'verified',
    { clientId: cimd, redirectUri: 'https://claude.ai/cb', vendor: 'Claude' },
    'Claude (claude.ai) wants',
  ],
  ['loopback', { redirectUri: 'http://127.0.0.1:7/cb' }, 'A program on this computer wants'],
  [
    'loopback with the document of another',
    { clientId: cimd, redirectUri: 'http://localhost:7/cb', vendor: 'Claude' },
    'A program on this computer wants',
  ],
  ['scheme', { redirectUri: 'cursor://x/cb', vendor: 'Cursor' }, 'An app on this computer wants'],
  ['punycode', { redirectUri: 'https://сlaude.ai/cb' }, 'xn--laude-0ye.ai wants'],
])('who asks, %s, is what is proven of it', (_, view, heading) => {
  expect(read(view)[0]).toBe(`${heading} to use AWS through the Acme gateway`)
})

test('the gateway has no name where the company is not known yet', () => {
  expect(read({ company: undefined })[0]).toBe('app.example wants to use AWS through this gateway')
  expect(read({ company: undefined })).toContain('At your company’s own sign-in')
})

test.each<[string, Partial<ConsentView>, string | undefined]>([
  ['on the web', { clientName: 'Claude' }, 'It calls itself “Claude”. Nobody has checked that name.'],
  [
    'C28: with markup and overrides',
    { clientName: '<b>\u202eX”</b>' },
    "It calls itself “<b>X'</b>”. Nobody has checked that name.",
  ],
  [
    'on this computer',
    { clientName: 'X', redirectUri: 'http://localhost/cb' },
    'It says it is “X”. Any program can say so.',
  ],
  [
    'on this computer, of a document',
    { clientName: 'X', clientId: cimd, redirectUri: 'http://localhost/cb' },
    'It says it is “X” from claude.ai. Any program can say so.',
  ],
  [
    'on this computer, of a document without name',
    { clientId: cimd, redirectUri: 'http://localhost/cb' },
    'It says it is from claude.ai. Any program can say so.',
  ],
  ['of an app', { clientName: 'X', redirectUri: 'cursor://x/cb' }, 'It says it is “X”. Any app can say so.'],
  [
    'not where its maker is verified',
    { clientName: 'X', clientId: cimd, redirectUri: 'https://claude.ai/cb', vendor: 'Claude' },
    'Verified: claude.ai is known to be Claude.',
  ],
])('what it calls itself is quoted, %s', (_, view, claim) => {
  expect(read(view)[1]).toBe(claim)
})

test('nothing is quoted where it has no name', () => {
  expect(read({})[1]).toMatch(/^If you did not just connect it/)
})

test('C44: where the access goes is said, and warned of where the client id is of another host', () => {
  const view = { clientId: cimd, redirectUri: 'https://evil.example/cb', vendor: 'Claude' }
  const lines = read(view)
  expect(lines).toContain('claude.ai asks, and evil.example gets the access. Only continue if you know both.')
  expect(lines[lines.indexOf('Access goes to') + 1]).toBe('evil.example')
})

test.each([
  ['http://localhost:3118/cb', 'a program on this computer (localhost:3118)', 'from your own program'],
  ['http://[::1]:3118/cb', 'a program on this computer ([::1]:3118)', 'from your own program'],
  ['cursor://x/cb', 'the app registered for cursor://', 'from that app'],
])('the access of %s goes to %s, with a warning', (redirectUri, place, warning) => {
  const lines = read({ redirectUri })
  expect(lines).toContain(`Only continue if you just started this ${warning}.`)
  expect(lines[lines.indexOf('Access goes to') + 1]).toBe(place)
})

test('no warning where the web host that asks is the one that gets the access', () => {
  expect(consentPage(asking)).not.toContain('role="note"')
})

const boxes = (scopes: ConsentView['scopes']) =>
  [
    ...consentPage({ ...asking, scopes }).matchAll(
      /<input type="checkbox"[^>]*name="also" value="([^"]*)"[^>]*>/g,
    ),
  ].map(([tag, value]) => [value, /checked/.test(tag)])

test('who only asked to look can be given more, which nobody has ticked for the person', () => {
  expect(boxes(['aws:read'])).toEqual([
    ['aws:write', false],
    ['aws:admin', false],
  ])
  expect(boxes(['aws:read', 'aws:write'])).toEqual([])
  expect(boxes(['aws:write'])).toEqual([])
})

test('every scope that was asked for is listed, and no other', () => {
  const lines = read({ scopes: ['aws:write', 'aws:admin'] })
  expect(lines).toContain('Make changes')
  expect(lines).toContain('Do what takes an administrator')
  expect(lines).not.toContain('Look at your company’s AWS')
})

test('the form carries the token, and its first button is the one that continues', () => {
  const page = consentPage(asking)
  expect(page).toContain('<form method="post" action="/interaction/one">')
  expect(page).toContain('<input type="hidden" name="csrf" value="token-of-the-form">')
  expect([...page.matchAll(/name="answer" value="(\w+)"/g)].map(([, value]) => value)).toEqual([
    'continue',
    'cancel',
  ])
})

test.each([
  [{ scopes: [] }],
  [{ redirectUri: 'javascript:alert(1)' }],
  [{ redirectUri: 'http://app.example/cb' }],
])('nobody is asked about %j', (view) => {
  expect(() => consentPage({ ...asking, ...view })).toThrow(expect.objectContaining({ code: 'bad_request' }))
})
