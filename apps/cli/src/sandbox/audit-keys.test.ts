import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { provideAuditKeys } from './audit-keys.ts'
import { sandboxPaths } from './paths.ts'

test('keys are made once, for their owner alone, and the public one belongs to the private one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'audit-keys-'))
  const paths = sandboxPaths('/repository', { folder })
  const audit = await provideAuditKeys(paths)
  const read = () =>
    Promise.all([audit.signingKeyFile, audit.hmacKeyFile].map((file) => readFile(file, 'utf8')))
  const [signing = '', hmac = ''] = await read()
  expect(Buffer.from(hmac, 'base64')).toHaveLength(32)
  expect((await stat(audit.signingKeyFile)).mode & 0o777).toBe(0o600)
  const publicKey = createPublicKey(await readFile(`${audit.file}.pub.pem`, 'utf8'))
  expect(createPublicKey(createPrivateKey(signing)).equals(publicKey)).toBe(true)
  await provideAuditKeys(paths)
  expect(await read()).toEqual([signing, hmac])
  await rm(folder, { recursive: true })
})
