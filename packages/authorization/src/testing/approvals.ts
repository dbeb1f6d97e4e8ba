import { randomBytes } from 'node:crypto'
import type { Browser, CompanySso, Page } from '@gateway/backends'
import { type Approval, type Approvals, principalId } from '@gateway/domain'

/** A call of `subject` at an SSO that waits for a word; kept by the approvals of a test. */
export const waitingCall = async (
  approvals: Approvals,
  sso: Pick<CompanySso, 'issuer'>,
  { subject = 'anna', ...change }: Partial<Approval> & { readonly subject?: string } = {},
): Promise<Approval> => {
  const { createdAt = Date.now() } = change
  const approval: Approval = {
    id: randomBytes(32).toString('base64url'),
    tenantId: 'acme',
    asker: {
      principalId: principalId(sso.issuer, subject),
      issuer: sso.issuer,
      subject,
      client: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    },
    tool: { name: 'aws_ec2_terminate_instances', title: 'Terminate instances', access: 'destructive' },
    account: { alias: 'main', accountId: '111111111111' },
    region: 'eu-west-1',
    digest: 'digest',
    plan: {
      effect: 'Terminates 1 instance for good.',
      resources: [{ id: 'i-0123456789abcdef0', name: 'web-1', tags: { Environment: 'production' } }],
      usdPerHour: -0.0104,
      prices: 'On demand, Linux, as of 2026-11-01.',
      details: { reason: 'It is not used any more', instanceIds: ['i-0123456789abcdef0'] },
    },
    clientToken: 'client-token-of-the-call',
    rung: 'other-person',
    reasons: ['It destroys what is tagged as production.'],
    rules: ['confirmation.asked'],
    createdAt,
    expiresAt: createdAt + 900_000,
    state: 'pending',
    ...change,
  }
  await approvals.create(approval)
  return approval
}

/** The token of a page's form; empty where it has none. */
export const csrfOf = ({ text }: Page): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''

/** Posts a form to a page as a browser does. */
export const postTo = (browser: Browser, url: string, form: Readonly<Record<string, string>> | string) =>
  browser.open(url, { method: 'POST', body: new URLSearchParams(form) })
