import { expect, test } from 'vitest'
import { leavingPage } from './leaving-page.ts'

test.each([
  [
    'https://sso.example/authorize?a=b&c="d',
    'https://sso.example/authorize?a&#61;b&#38;c&#61;%22d',
    'sso.example',
  ],
  [
    'http://localhost:7/cb?error=access_denied',
    'http://localhost:7/cb?error&#61;access_denied',
    'localhost:7',
  ],
  ['cursor://x/cb?error=access_denied', 'cursor://x/cb?error&#61;access_denied', 'cursor://'],
])('goes to %s at once, or by hand', (to, href, place) => {
  const page = leavingPage({ to })
  expect(page).toContain(`<meta http-equiv="refresh" content="0;url=${href}">`)
  expect(page).toContain(`<a class="button" href="${href}">Continue</a>`)
  expect(page).toContain(`continue yourself to ${place}.`)
})

test('names the company whose sign-in it is', () => {
  expect(leavingPage({ to: 'https://sso.example/', company: 'Acme' })).toContain(
    '>Going to the sign-in of Acme</h1>',
  )
  expect(leavingPage({ to: 'https://app.example/' })).toContain('>Going back to your app</h1>')
})

test.each(['javascript:alert(1)', 'data:text/html,x', 'http://app.example/', '/x'])(
  'nobody is sent to %s',
  (to) => {
    expect(() => leavingPage({ to })).toThrow(expect.objectContaining({ code: 'bad_request' }))
  },
)
