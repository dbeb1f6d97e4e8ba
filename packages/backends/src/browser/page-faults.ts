import type { Page } from 'playwright-core'

/** A node of the accessibility tree, as Chromium tells it to screen readers. */
interface AxNode {
  readonly ignored?: boolean
  readonly role?: { readonly value?: string }
  readonly name?: { readonly value?: string }
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[]
}

/** Roles of what a person operates: each has to say what it is. */
const operated = ['button', 'link', 'textbox', 'checkbox', 'radio', 'combobox']

/**
 * What is wrong with a page for people who hear it: no language or title, other than one main heading, levels of headings that
 * skip one, no main landmark, something to operate without a name. One sentence each.
 */
export const pageFaults = async (page: Page): Promise<readonly string[]> => {
  const nodes = await axNodes(page)
  const ofRole = (role: string) => nodes.filter((node) => node.role?.value === role)
  const levels = ofRole('heading').map(levelOf)
  const nameless = nodes.filter(
    ({ role, name }) => operated.includes(role?.value ?? '') && !name?.value?.trim(),
  )
  const language = await page.evaluate<string>('document.documentElement.lang')
  const main = levels.filter((level) => level === 1).length
  return [
    ...(main === 1 ? [] : [`has ${main} main headings`]),
    ...levels.flatMap((level, l) =>
      level > (levels[l - 1] ?? 0) + 1
        ? [`has a heading of level ${level} after ${levels[l - 1] ?? 'none'}`]
        : [],
    ),
    ...(ofRole('main').length === 1 ? [] : [`has ${ofRole('main').length} main landmarks`]),
    ...nameless.map(({ role }) => `has a ${role?.value} without a name`),
    ...(language === '' ? ['has no language'] : []),
    ...((await page.title()).trim() === '' ? ['has no title'] : []),
  ]
}

const axNodes = async (page: Page): Promise<readonly AxNode[]> => {
  const session = await page.context().newCDPSession(page)
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    return (nodes as readonly AxNode[]).filter(({ ignored }) => ignored !== true)
  } finally {
    await session.detach()
  }
}

const levelOf = ({ properties }: AxNode): number =>
  Number(properties?.find(({ name }) => name === 'level')?.value.value ?? 0)
