import type { Page } from 'playwright-core'
import { emailOf, sandboxUsers } from '../../src/sso/users.ts'

/** What a person does with the pages of a sign-in. */
export interface SignInSteps {
  readonly tenant: string
  readonly user: 'reader' | 'operator' | 'admin'
  /** What they allow beyond what the app asked for. */
  readonly also?: readonly RegExp[]
  /** Their company knows them already in this browser, and does not ask. */
  readonly known?: true
}

/** Consents, names the company by e-mail address, and says who they are at the company's sign-in. */
export const signInAt = async (page: Page, url: URL, steps: SignInSteps): Promise<void> => {
  const { tenant, user, also = [] } = steps
  await page.goto(url.href)
  for (const label of also) await page.getByLabel(label).check()
  await page.getByRole('button', { name: 'Continue to sign-in' }).click()
  await nameCompany(page, tenant, user)
  if (!steps.known) await page.getByRole('button', { name: nameOf(user) }).click()
}

/** Answers which company it is, as somebody of it. */
export const nameCompany = async (page: Page, tenant: string, user: SignInSteps['user']): Promise<void> => {
  await page.getByLabel('Work e-mail address or company id').fill(emailOf(tenant, userOf(user)))
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
}

const userOf = (id: SignInSteps['user']) => {
  const user = sandboxUsers.find((each) => each.id === id)
  if (!user) throw new Error(`no ${id}`)
  return user
}

const nameOf = (id: SignInSteps['user']): RegExp => new RegExp(`^${userOf(id).name}\\b`)
