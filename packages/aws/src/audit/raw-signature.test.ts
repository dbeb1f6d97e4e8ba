import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { expect, test } from 'vitest'
import { rawSignatureOf } from './raw-signature.ts'

test('r and s of every length stand in 32 bytes each', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const lengths = new Set<number>()
  for (let n = 0; n < 2_000; n++) {
    const text = Buffer.from(`${n}`)
    const der = sign('sha256', text, privateKey)
    lengths.add(der.length)
    const raw = rawSignatureOf(der)
    expect(raw).toHaveLength(64)
    if (!verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw))
      throw new Error(der.toString('hex'))
  }
  expect(lengths.size).toBeGreaterThan(2)
})

test.for([
  ['', 'nothing'],
  ['3006020101020101ff', 'more at its end'],
  ['3106020101020101', 'another tag'],
  ['3006030101020101', 'no integer'],
  ['3003020101', 'one number'],
  ['3006020101020102'.slice(0, -2), 'a byte less'],
  [`3026${'0221'}${'11'.repeat(33)}020101`, 'a number that is too long'],
] as const)('%s is refused: %s', ([hex]) => {
  expect(() => rawSignatureOf(Buffer.from(hex, 'hex'))).toThrow('not a DER signature')
})
