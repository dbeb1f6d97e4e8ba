import { expect, test } from 'vitest'
import { pageHeaders } from './page-headers.ts'
import { pageStyleSource } from './page-style.ts'

test('C38: no page is framed, runs or loads anything, is kept, or tells where it was', () => {
  expect(pageHeaders({ formTargets: [] })).toEqual({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src ${pageStyleSource}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'permissions-policy':
      'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), publickey-credentials-get=(), usb=()',
  })
})

const formAction = (...formTargets: string[]) =>
  /form-action ([^;]*);/.exec(pageHeaders({ formTargets })['content-security-policy'])?.[1]

test('a form may lead to the origins and schemes of its targets, each once', () => {
  expect(formAction('https://sso.example/a?b=c', 'cursor://x/y', 'https://sso.example/other')).toBe(
    "'self' https://sso.example cursor:",
  )
})

test.each([
  "https://a.example/; script-src 'unsafe-inline'",
  "https://a.example/'unsafe-inline' *, default-src *",
  'https://a.example/\r\nset-cookie: a=b',
  'x-app:/;script-src *',
])('no target adds to the policy: %j', (target) => {
  expect(formAction(target)).toMatch(/^'self' (https:\/\/a\.example|x-app:)$/)
})

test.each([
  "'unsafe-inline'",
  '*',
  'https:',
  'https://a b.example/',
  'https://a;b.example,c/',
  'javascript:x',
  'data:x',
])('the target %j is refused', (target) => {
  expect(() => formAction(target)).toThrow()
})
