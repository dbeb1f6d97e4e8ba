import { expect, test } from 'vitest'
import { tenantChoicePage } from './tenant-choice-page.ts'

const fault = 'No company is known by that.'

test('asks without a fault, and without a name of any company', () => {
  const page = tenantChoicePage({ action: '/choose', csrf: 'c' })
  expect(page).toContain('<title>Which company do you work for? - ')
  expect(page).toContain('<form method="post" action="/choose">')
  expect(page).not.toMatch(/aria-invalid=|autofocus|<option|<datalist|<a /)
})

test('says what was wrong, first in the title, and at the field with what was entered', () => {
  const page = tenantChoicePage({ action: '/choose', csrf: 'c', value: 'anna@"x', fault })
  expect(page).toContain('<title>Error: Which company do you work for? - ')
  expect(page).toContain(`<span class="fault" id="company-fault">${fault}</span>`)
  expect(page).toMatch(
    /value="anna@&#34;x"[^>]*aria-describedby="company-fault company-hint" aria-invalid="true" autofocus>/,
  )
})

test('shows no more of what was entered than the field takes', () => {
  const page = tenantChoicePage({ action: '/choose', csrf: 'c', value: 'x'.repeat(9_999), fault })
  expect(page).toContain(`value="${'x'.repeat(254)}" maxlength="254"`)
})
