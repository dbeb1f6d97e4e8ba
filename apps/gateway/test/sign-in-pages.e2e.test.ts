import { join } from 'node:path'
import { photograph, type Subject, startChromium, watchPages } from '@gateway/backends'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SignInGateway, startSignInGateway } from './support/sign-in-gateway.ts'

const claude = {
  client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
  client_name: 'Claude',
  redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
  token_endpoint_auth_method: 'none',
}
const root = join(import.meta.dirname, '..', '..', '..')
const folder = join(root, '.artifacts', 'sign-in')

let gateway: SignInGateway
let chromium: Browser

beforeAll(async () => {
  const options = { cacheDir: join(root, '.cache'), env: process.env }
  ;[gateway, chromium] = await Promise.all([
    startSignInGateway({
      clientHosts: ['claude.ai'],
      tenancy({ globex }) {
        // Somebody of another company signs in there: nobody whom the gateway serves.
        Object.assign(globex.connections[0] ?? {}, { pins: { org: 'globex' } })
      },
    }),
    startChromium(options),
  ])
  gateway.hosts.answer('claude.ai/oauth/mcp-oauth-client-metadata', gateway.hosts.json(claude))
})
afterAll(async () => {
  await chromium?.close()
  await gateway[Symbol.asyncDispose]()
})

/** Opens `/auth` as an app does; one without a document registers itself before. */
const ask = async (page: Page, redirectUri: string, clientId?: string, scope = 'aws:read') => {
  const id = clientId ?? (await register(redirectUri))
  const asked = {
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    state: 'of-the-app',
    scope,
  }
  await page.goto(`${gateway.issuer}/auth?${new URLSearchParams(asked)}`)
}

const register = async (redirectUri: string): Promise<string> => {
  const answer = await fetch(`${gateway.issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Notebook of the analytics team', redirect_uris: [redirectUri] }),
  })
  return ((await answer.json()) as { client_id: string }).client_id
}

const onWeb = 'https://notebook.example/oauth/callback'
const onLoopback = 'http://127.0.0.1:8123/callback'
const nextPage = async (page: Page) => {
  await page.getByRole('button', { name: 'Continue to sign-in' }).click()
  await page.getByLabel('Work e-mail address or company id').waitFor()
}
const nameCompany = async (page: Page, text: string) => {
  await page.getByLabel('Work e-mail address or company id').fill(text)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
}

/** Keeps a page that goes on by itself where it is. */
const stay = (page: Page) =>
  page.route('**/*', async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 })
    const body = (await answer.text()).replace(/<meta http-equiv="refresh"[^>]*>/, '')
    await route.fulfill({ response: answer, body })
  })

const subjects: readonly (Subject & { readonly heading: RegExp })[] = [
  {
    name: 'consent-verified',
    heading: /^Claude \(claude\.ai\) wants to use AWS/,
    open: (page) => ask(page, claude.redirect_uris[0] ?? '', claude.client_id),
  },
  { name: 'consent-web', heading: /^notebook\.example wants/, open: (page) => ask(page, onWeb) },
  {
    name: 'consent-changes',
    heading: /^notebook\.example wants/,
    open: (page) => ask(page, onWeb, undefined, 'aws:read aws:write aws:admin'),
  },
  {
    name: 'consent-loopback',
    heading: /^A program on this computer wants/,
    open: (page) => ask(page, onLoopback),
  },
  {
    name: 'consent-app',
    heading: /^An app on this computer wants/,
    open: (page) => ask(page, 'cursor://anysphere.cursor-mcp/oauth/callback'),
  },
  {
    name: 'company',
    heading: /^Which company/,
    async open(page) {
      await ask(page, onWeb)
      await nextPage(page)
    },
  },
  {
    name: 'company-unknown',
    heading: /^Which company/,
    async open(page) {
      await ask(page, onWeb)
      await nextPage(page)
      await nameCompany(page, 'ann@initech.example')
      await page.getByText('No company of that name').waitFor()
    },
  },
  {
    name: 'leaving',
    heading: /^Going to the sign-in of Acme/,
    async open(page) {
      await ask(page, onWeb)
      await nextPage(page)
      await stay(page)
      await nameCompany(page, 'ann@acme.example')
      await page.getByRole('link', { name: 'Continue' }).waitFor()
    },
  },
  {
    name: 'not-served',
    heading: /^Your company is not connected/,
    async open(page) {
      await ask(page, onWeb)
      await nextPage(page)
      await nameCompany(page, 'ann@globex.example')
      await page.getByText('Your company is not connected').first().waitFor()
    },
  },
  {
    name: 'error',
    heading: /./,
    open: async (page) => void (await page.goto(`${gateway.issuer}/auth?client_id=nobody`)),
  },
  {
    name: 'landing',
    heading: /^This host signs people in/,
    open: async (page) => void (await page.goto(gateway.issuer)),
  },
]

test.for(subjects)('$name: seen and heard by everybody', async ({ name, heading, open }) => {
  let headings: string[] = []
  let complaints: readonly string[] = []
  const { files, faults } = await photograph(
    chromium,
    {
      name,
      async open(page) {
        complaints = await watchPages(page.context())
        await open(page)
        headings = await page.getByRole('heading', { level: 1 }).allInnerTexts()
      },
    },
    { folder },
  )
  expect(headings).toEqual([expect.stringMatching(heading)])
  expect(faults).toEqual([])
  expect(complaints).toEqual([])
  expect(files).toHaveLength(4)
})
