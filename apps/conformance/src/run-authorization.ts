import { createBrowser, freePort } from '@gateway/backends'
import type { SuiteRun } from './judge-run.ts'
import type { Revision } from './revisions.ts'
import { runSuite } from './run-suite.ts'

/** What the suite runs against an authorization server: all that it has, for no revision requires any of it. */
export const authorization: Revision = { name: 'authorization', required: 2, unscored: [] }

/** An authorization server, and the resource that it issues tokens for. */
export interface AuthorizationUnderTest {
  readonly issuer: string
  readonly resource: string
  readonly folder: string
}

/**
 * Runs the suite against an authorization server as a client that registered itself. It prints the URL that a person is to
 * open; the person here agrees to everything. Where they get stuck the suite goes without its callback and is stopped.
 */
export const runAuthorization = async (under: AuthorizationUnderTest): Promise<SuiteRun> => {
  const { issuer, resource, folder } = under
  const port = await freePort()
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const clientId = await register(issuer, redirectUri)
  let visit: Promise<void> | undefined
  const run = await runSuite({
    name: authorization.name,
    args: [
      'authorization',
      ...['--url', issuer, '--resource', resource],
      ...['--client-id', clientId, '--port', String(port)],
    ],
    folder,
    heard(line) {
      if (line.startsWith(`${issuer}/auth?`)) visit ??= signIn(line, redirectUri)
      // Waited for below; until then nobody else may take it for unhandled.
      visit?.catch(() => undefined)
    },
  })
  await visit
  return run
}

const register = async (issuer: string, redirectUri: string): Promise<string> => {
  const answer = await fetch(`${issuer}/reg`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: 'Conformance suite', redirect_uris: [redirectUri] }),
  })
  if (answer.status !== 201) throw new Error(`the suite was not registered: ${answer.status}`)
  return ((await answer.json()) as { client_id: string }).client_id
}

/** Agrees, signs in at the SSO, and calls the suite back as a browser does. */
const signIn = async (url: string, redirectUri: string): Promise<void> => {
  const browser = createBrowser(redirectUri)
  const back = await browser.submit(await browser.open(url), { answer: 'continue' })
  if (back.status !== 0) throw new Error(`the sign-in ended at ${back.url} with status ${back.status}`)
  await fetch(back.url)
}
