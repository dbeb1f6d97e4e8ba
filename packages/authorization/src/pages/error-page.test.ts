import { expect, test } from 'vitest'
import { errorPage, notServedPage } from './error-page.ts'

const headingOf = (page: string) => /<h1[^>]*>([^<]*)</.exec(page)?.[1]

test.each([
  [400, 'This request cannot be used'],
  [403, 'You cannot continue here'],
  [404, 'There is nothing here'],
  [405, 'This request cannot be used'],
  [410, 'This sign-in has ended'],
  [429, 'Too many attempts'],
  [500, 'Something failed on our side'],
  [502, 'Something failed on our side'],
  [503, 'Sign-in is not available right now'],
])('%i has words of its own, and the request id', (status, heading) => {
  const page = errorPage({ status, requestId: 'req-1' })
  expect(headingOf(page)).toBe(heading)
  expect(page).toContain(`<title>${heading} - `)
  expect(page).toContain('<dt>Request</dt><dd>req-1</dd>')
  expect(page).toContain(`<dd>${status}</dd>`)
})

test('words for one case replace those of the status, one by one', () => {
  const page = errorPage({ status: 400, requestId: 'r', sentence: 'The state is not ours.' })
  expect(headingOf(page)).toBe('This request cannot be used')
  expect(page).toContain('<p>The state is not ours.</p>')
  expect(page).not.toContain('is missing, or is not allowed')
})

test('one may try again at a path of this host', () => {
  const page = errorPage({
    status: 503,
    requestId: 'r',
    retry: { path: '/interaction/one?a=b', label: 'Try again' },
  })
  expect(page).toContain('<a class="button" href="/interaction/one?a&#61;b">Try again</a>')
})

test.each([
  'https://evil.example/',
  '//evil.example',
  '/\\evil.example',
  'javascript:alert(1)',
  '',
  '/a\nb',
  '/ b',
])('nobody is led to %j', (path) => {
  expect(errorPage({ status: 400, requestId: 'r', retry: { path, label: 'Again' } })).not.toContain('href')
})

test('somebody of no company here reads as whom they signed in', () => {
  const page = notServedPage({ requestId: 'r', account: 'anna\u202e@gmail.example' })
  expect(headingOf(page)).toBe('Your company is not connected to this gateway')
  expect(page).toContain('You signed in as anna@gmail.example, but that sign-in belongs to no company')
  expect(notServedPage({ requestId: 'r' })).toContain('You signed in, but that sign-in belongs to no company')
})
