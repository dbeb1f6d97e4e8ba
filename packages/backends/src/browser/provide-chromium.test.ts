import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { provideChromium } from './provide-chromium.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backends-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const options = () => ({ cacheDir: folder, env: { PATH: folder }, mayInstall: false })
const program = (name: string): string => {
  writeFileSync(join(folder, name), '#!/bin/sh\n', { mode: 0o755 })
  return join(folder, name)
}

test('Chromium comes before Chrome, and Chrome will do', async () => {
  const chrome = program('google-chrome')
  expect(await provideChromium(options())).toBe(chrome)
  const chromium = program('chromium')
  expect(await provideChromium(options())).toBe(chromium)
})

test('where there is none and nothing may be installed, the error says what to install', async () => {
  program('apt-get')
  await expect(provideChromium(options())).rejects.toThrow(
    /none on the PATH.*apt-get install chromium.*Google Chrome/,
  )
})
