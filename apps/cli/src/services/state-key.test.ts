import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { provideStateKey } from './state-key.ts'

test('makes 32 random bytes once, for its owner only', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'key-'))
  const file = join(folder, 'state-key')
  await provideStateKey(file)
  const key = await readFile(file, 'utf8')
  expect(Buffer.from(key, 'base64')).toHaveLength(32)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await provideStateKey(file)
  expect(await readFile(file, 'utf8')).toBe(key)
  expect(await readdir(folder)).toEqual(['state-key'])
  await rm(folder, { recursive: true })
})
