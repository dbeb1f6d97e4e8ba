import { exportSPKI, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createTokenCheck } from './token-check.ts'

test('tokens of our issuer pass until they expire, others never do', async () => {
  const ours = await generateKeyPair('ES256')
  const others = await generateKeyPair('ES256')
  const check = await createTokenCheck(await exportSPKI(ours.publicKey))
  const token = (key: Parameters<SignJWT['sign']>[0], seconds: number) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256' })
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(key)

  const short = `Bearer ${await token(ours.privateKey, 2)}`
  expect(() => check(short)).not.toThrow()
  expect(() => check(short)).not.toThrow()
  const foreign = `Bearer ${await token(others.privateKey, 60)}`
  expect(() => check(foreign)).toThrow()
  expect(() => check(foreign)).toThrow()
  expect(() => check(undefined)).toThrow()
  await new Promise((resolve) => setTimeout(resolve, 2100))
  expect(() => check(short)).toThrow()
})
