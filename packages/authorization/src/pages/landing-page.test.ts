import { expect, test } from 'vitest'
import { landingPage } from './landing-page.ts'

const resource = 'https://mcp.acme.example/mcp'

test('says what the host is for, and where to read on', () => {
  const page = landingPage({ resource, documentation: 'https://docs.acme.example/?a=b' })
  expect(page).toContain(`<dd>${resource}</dd>`)
  expect(page).toContain('<a href="https://docs.acme.example/?a&#61;b">How to connect an app</a>')
})

test.each([undefined, 'javascript:alert(1)', 'data:text/html,x', 'docs', ''])(
  'links nothing for %j',
  (documentation) => {
    expect(landingPage({ resource, documentation })).not.toContain('href')
  },
)
