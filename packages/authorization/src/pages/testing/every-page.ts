import type { Approval } from '@gateway/domain'
import { approvalRefusalPage, notSignedInPage } from '../approval-error-pages.ts'
import { approvalOutcomePage } from '../approval-outcome-page.ts'
import { type ApprovalView, approvalPage } from '../approval-page.ts'
import { type ConsentView, consentPage } from '../consent-page.ts'
import { errorPage, notServedPage } from '../error-page.ts'
import { html } from '../html.ts'
import { landingPage } from '../landing-page.ts'
import { leavingPage } from '../leaving-page.ts'
import { signInChoicePage } from '../sign-in-choice-page.ts'
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

/** A call that waits, with `text` wherever it can be of others. */
export const waiting = (text: string): Approval => ({
  id: 'a'.repeat(43),
  tenantId: 'acme',
  asker: { principalId: 'p', issuer: 'https://sso.example', subject: text, client: text },
  tool: { name: 'aws_ec2_terminate_instances', title: text, access: 'destructive' },
  account: { alias: text, accountId: '111111111111' },
  region: text,
  digest: 'd',
  plan: {
    effect: text,
    resources: [
      { id: text, name: text, tags: { [text]: text, Name: text, Environment: 'production' } },
      { id: text },
    ],
    usdPerHour: 1.5,
    prices: text,
    cost: { microUsd: 36_000_000, basis: text },
    details: { reason: text, moreResources: 3, request: { lines: [text, text], left: 1, cut: 1 } },
  },
  clientToken: 'c',
  rung: 'other-person',
  reasons: [text],
  rules: ['confirmation.asked'],
  createdAt: 0,
  expiresAt: 900_000,
  state: 'pending',
})

/** The page of a call that waits, before one who may decide. */
export const deciding = (text: string): ApprovalView => ({
  approval: waiting(text),
  askerName: text,
  askerHost: text,
  client: html`${text}`,
  tellingTags: [{ Environment: ['production'] }],
  isOwn: false,
  now: 60_000,
  url: `https://auth.example/approvals/acme/${text}`,
  answering: { action: text, csrf: text },
})

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
  approval: approvalPage(deciding(text)),
  'approval, of another person': approvalPage({ ...deciding(text), isOwn: true, answering: undefined }),
  'approval, decided': approvalOutcomePage({
    approval: {
      ...waiting(text),
      state: 'refused',
      decision: { by: { principalId: 'q', issuer: text, subject: text }, at: 60_000, reason: text },
    },
    deciderName: text,
    byViewer: true,
    now: 70_000,
  }),
  'approval, before somebody who is stopped': approvalRefusalPage('stopped', {
    requestId: text,
    approval: { tenantId: 'acme', id: 'a'.repeat(43) },
    because: text,
  }),
  'approval, refused to somebody': approvalRefusalPage('own', {
    requestId: text,
    approval: { tenantId: 'acme', id: 'a'.repeat(43) },
  }),
  'approval, not signed in': notSignedInPage({
    requestId: text,
    approval: { tenantId: 'acme', id: 'a'.repeat(43) },
  }),
  'sign-in choice': signInChoicePage({ choices: [{ label: text, path: text }] }),
  'signed out': signedOutPage(),
  landing: landingPage({ resource: text, documentation: `https://docs.example/${text}` }),
  leaving: leavingPage({ to: `https://sso.example/authorize?x=${text}`, company: text }),
})
