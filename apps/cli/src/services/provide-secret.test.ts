import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { provideSecret } from './provide-secret.ts'

test('makes 32 random bytes once, for its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'key-'))
  const file = join(folder, 'state-key')
  const given = await provideSecret(file)
  const key = await readFile(file, 'utf8')
  expect(given).toBe(key.trim())
  expect(Buffer.from(key, 'base64')).toHaveLength(32)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await provideSecret(file)).toBe(given)
  expect(await readFile(file, 'utf8')).toBe(key)
  expect(await readdir(folder)).toEqual(['state-key'])
  await rm(folder, { recursive: true })
})
