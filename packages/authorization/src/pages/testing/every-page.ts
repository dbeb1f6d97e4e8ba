import { type ConsentView, consentPage } from '../consent-page.ts'
import { errorPage, notServedPage } from '../error-page.ts'
import { landingPage } from '../landing-page.ts'
import { leavingPage } from '../leaving-page.ts'
import { signedOutPage } from '../signed-out-page.ts'
import { tenantChoicePage } from '../tenant-choice-page.ts'

/** A request of an app on the web that only wants to look, of a client that registered itself. */
export const asking: ConsentView = {
  clientId: 'self-registered-1',
  redirectUri: 'https://app.example/callback',
  company: 'Acme',
  scopes: ['aws:read'],
  resource: 'https://mcp.acme.example/mcp',
  days: 30,
  action: '/interaction/one',
  csrf: 'token-of-the-form',
}

/** Each page with `text` in every place that takes one, by name. */
export const everyPage = (text: string): Readonly<Record<string, string>> => ({
  'consent, web': consentPage({
    ...asking,
    clientName: text,
    company: text,
    signInHost: text,
    csrf: text,
    action: text,
    resource: text,
  }),
  'consent, verified': consentPage({
    ...asking,
    clientId: 'https://app.example/client.json',
    vendor: text,
    scopes: ['aws:read', 'aws:write', 'aws:admin'],
  }),
  'consent, loopback': consentPage({
    ...asking,
    redirectUri: 'http://localhost:3118/cb',
    clientName: text,
    clientId: text,
  }),
  'consent, app': consentPage({ ...asking, redirectUri: 'cursor://host/cb', clientName: text }),
  'consent, elsewhere': consentPage({
    ...asking,
    clientId: 'https://other.example/c.json',
    clientName: text,
  }),
  'tenant choice': tenantChoicePage({ action: text, csrf: text }),
  'tenant choice, again': tenantChoicePage({ action: text, csrf: text, value: text, fault: text }),
  error: errorPage({ status: 500, requestId: text }),
  'error, own words': errorPage({
    status: 400,
    requestId: text,
    title: text,
    sentence: text,
    advice: text,
    retry: { path: '/again', label: text },
  }),
  'not served': notServedPage({ requestId: text, account: text }),
  'signed out': signedOutPage(),
  landing: landingPage({ resource: text, documentation: `https://docs.example/${text}` }),
  leaving: leavingPage({ to: `https://sso.example/authorize?x=${text}`, company: text }),
})
