import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { pageFaults } from './page-faults.ts'

/** A page that is photographed. */
export interface Subject {
  /** Of its files. */
  readonly name: string
  /** Leads a browser that has nothing of others to the page. */
  readonly open: (page: Page) => Promise<void>
}

/** What came of it. */
export interface Photographs {
  /** Absolute paths: phone and desk, light and dark. */
  readonly files: readonly string[]
  /** What is wrong with the page, one sentence each; see `pageFaults`. */
  readonly faults: readonly string[]
}

const sizes = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 900 } } as const
const schemes = ['light', 'dark'] as const

/** The least width that pages are read at (WCAG 2.2, success criterion 1.4.10). */
const narrowest = { width: 320, height: 700 }

/** Fewer bytes than the picture of a page with a heading has. */
const leastBytes = 4_000

/** Opens a page once, and photographs it in both sizes and colour schemes; pictures are whole pages, in `folder`. */
export const photograph = async (
  browser: Browser,
  { name, open }: Subject,
  { folder, options = {} }: { readonly folder: string; readonly options?: BrowserContextOptions },
): Promise<Photographs> => {
  await mkdir(folder, { recursive: true })
  const context = await browser.newContext({ ...options, viewport: sizes.desk })
  try {
    const page = await context.newPage()
    await open(page)
    const faults: string[] = [...(await pageFaults(page))]
    const files: string[] = []
    const colours = new Set<string>()
    for (const [size, viewport] of Object.entries(sizes)) {
      await page.setViewportSize(viewport)
      for (const colorScheme of schemes) {
        await page.emulateMedia({ colorScheme })
        const file = join(folder, `${name}-${size}-${colorScheme}.png`)
        const picture = await page.screenshot({ fullPage: true, animations: 'disabled' })
        await writeFile(file, picture)
        colours.add(await page.evaluate<string>('getComputedStyle(document.body).color'))
        files.push(file)
        if ((await stat(file)).size < leastBytes) faults.push(`${file} is blank`)
      }
    }
    if (colours.size < schemes.length) faults.push('writes in the same colour by light and in the dark')
    await page.setViewportSize(narrowest)
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
    if (wide > 0) faults.push(`scrolls sideways at ${narrowest.width} px, by ${wide} px`)
    return { files, faults }
  } finally {
    await context.close()
  }
}
