import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anyWay } from '../testing/test-environment.ts'
import { photograph } from './photograph.ts'
import { startChromium } from './start-chromium.ts'
import { watchPages } from './watch-pages.ts'

let chromium: Browser
let folder = ''
beforeAll(async () => {
  chromium = await startChromium(anyWay)
  folder = mkdtempSync(join(tmpdir(), 'backends-'))
})
afterAll(async () => {
  await chromium?.close()
  rmSync(folder, { recursive: true, force: true })
})

const photographed = (name: string, html: string) =>
  photograph(chromium, { name, open: (page) => page.setContent(html) }, { folder })

const text = 'A page with enough to read on it that its picture is not that of an empty one. '.repeat(8)

test('a good page has no fault, and four pictures', async () => {
  const { files, faults } = await photographed(
    'good',
    `<html lang="en"><title>Good</title><meta name="color-scheme" content="light dark">
     <main><h1>Good</h1><h2>More</h2><p>${text}</p><label>Name <input></label><button>Send</button></main>`,
  )
  expect(faults).toEqual([])
  expect(files.map((file) => file.slice(folder.length + 1)).sort()).toEqual(readdirSync(folder).sort())
  expect(files).toHaveLength(4)
})

test('all that can be wrong with a page is told', async () => {
  const { faults } = await photographed(
    'bad',
    `<title></title><h1>One</h1><h1>Two</h1><h3>Three</h3><p>${text}</p>
     <input><button></button><a href="/"></a><div style="width: 600px">wide</div>`,
  )
  expect(faults).toEqual([
    'has 2 main headings',
    'has a heading of level 3 after 1',
    'has 0 main landmarks',
    'has a textbox without a name',
    'has a button without a name',
    'has a link without a name',
    'has no language',
    'has no title',
    'writes in the same colour by light and in the dark',
    expect.stringMatching(/^scrolls sideways at 320 px, by \d+ px$/),
  ])
})

test('a blank page is told', async () => {
  const { faults } = await photographed('blank', '<html lang="en"><title>Blank</title><main></main>')
  expect(faults).toEqual(expect.arrayContaining([expect.stringMatching(/blank-phone-light\.png is blank$/)]))
})

test('what pages complain of is heard, and no other machine is reached', async () => {
  const server = createServer((request, response) => {
    const policy = {
      'content-security-policy': "default-src 'none'; img-src https:; script-src 'unsafe-inline'",
    }
    response.writeHead(request.url === '/' ? 400 : 404, { 'content-type': 'text/html', ...policy })
    response.end(`<html lang="en"><title>Page</title><style>p { color: red }</style>
      <img src="https://elsewhere.example/picture.png"><script>throw new Error('of the page')</script>`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const context = await chromium.newContext()
  const complaints = await watchPages(context)
  const page = await context.newPage()
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { waitUntil: 'networkidle' })
  expect(complaints.join('\n')).toMatch(/policy style-src-elem stopped inline/)
  expect(complaints.join('\n')).toMatch(/ERR_NAME_NOT_RESOLVED/)
  expect(complaints.join('\n')).toMatch(/of the page/)
  expect(complaints.join('\n')).not.toMatch(/status of 400/)
  await context.close()
  server.closeAllConnections()
  server.close()
})
