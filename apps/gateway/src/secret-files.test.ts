import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { withSecretFiles } from './secret-files.ts'

const file = join(mkdtempSync(join(tmpdir(), 'secret-files-')), 'key')
writeFileSync(file, 'c2VjcmV0\n')

test('a secret is read from its file, and everything else stays', () => {
  expect(withSecretFiles({ STATE_KEY_FILE: file, PORT: '1' })).toEqual({
    STATE_KEY_FILE: file,
    PORT: '1',
    STATE_KEY: 'c2VjcmV0',
  })
  expect(withSecretFiles({ REDIS_URL: 'redis://127.0.0.1' })).toEqual({ REDIS_URL: 'redis://127.0.0.1' })
})

test('the client secret of every sign-in may be in a file, and its faults are named alike', () => {
  expect(withSecretFiles({ SSO_SECRET_ACME_FILE: file, SSO_SECRET_BIG_CORP_FILE: file })).toMatchObject({
    SSO_SECRET_ACME: 'c2VjcmV0',
    SSO_SECRET_BIG_CORP: 'c2VjcmV0',
  })
  const attempt = () =>
    withSecretFiles({ SSO_SECRET_ACME_FILE: file, SSO_SECRET_ACME: 'x', SSO_SECRET_B_FILE: '/nonexistent' })
  expect(attempt).toThrow(
    'The environment cannot be used:\n  - SSO_SECRET_ACME_FILE: is given beside SSO_SECRET_ACME; give one of them\n  - SSO_SECRET_B_FILE: the file cannot be read (ENOENT)',
  )
})

test('a file that is not there, and a secret given twice, are faults without the secret', () => {
  const attempt = () =>
    withSecretFiles({ STATE_KEY_FILE: '/nonexistent', REDIS_URL_FILE: file, REDIS_URL: 'redis://:pw@h' })
  expect(attempt).toThrow(
    'The environment cannot be used:\n  - STATE_KEY_FILE: the file cannot be read (ENOENT)\n  - REDIS_URL_FILE: is given beside REDIS_URL; give one of them',
  )
})
