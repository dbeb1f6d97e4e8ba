import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stateKey } from './state-key.ts'

test('with Redis the next start has the key of this one, which opens what is sealed there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'state-key-'))
  const file = join(folder, 'state-key')
  const redis = { REDIS_URL: 'redis://127.0.0.1:6379' }
  expect(await stateKey({}, file)).toBeUndefined()
  expect(await stateKey({ ...redis, STATE_KEY: 'own' }, file)).toBeUndefined()
  expect(await stateKey({ ...redis, STATE_KEY_FILE: '/own' }, file)).toBeUndefined()
  expect(existsSync(file)).toBe(false)
  const made = await stateKey(redis, file)
  expect(Buffer.from(made ?? '', 'base64')).toHaveLength(32)
  expect(await stateKey(redis, file)).toBe(made)
  expect(readFileSync(file, 'utf8').trim()).toBe(made)
  rmSync(folder, { recursive: true })
})
