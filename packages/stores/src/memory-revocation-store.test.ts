import { expect, test } from 'vitest'
import { memoryRevocationStore } from './memory-revocation-store.ts'
import { newSubject, nothingRevoked, revocationStoreContract } from './revocation-store.contract.ts'
import { fakeClock } from './testing/fake-clock.ts'

const open = async () => {
  const { now, wait } = fakeClock()
  return { revocations: memoryRevocationStore({ now }), wait, time: now, async [Symbol.asyncDispose]() {} }
}

revocationStoreContract(open)

test('an epoch is kept longer than anything lives that could be older, and no longer than a month', async () => {
  await using under = await open()
  const subject = newSubject()
  await under.revocations.revoke({ tenantId: subject.tenantId, kind: 'tenant' })
  const state = await under.revocations.read(subject)
  await under.wait(30 * 86_400)
  expect(await under.revocations.read(subject)).toEqual(state)
  await under.wait(86_400)
  expect(await under.revocations.read(subject)).toEqual(nothingRevoked)
})
