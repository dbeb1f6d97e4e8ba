import { startCompanySso } from '@gateway/backends'
import { memoryOAuthStore } from '@gateway/stores'
import { expect, test } from 'vitest'
import { startHarness, tenantAt } from './testing/harness.ts'

test('of codes that never were nothing is kept, however many are tried', async () => {
  await using sso = await startCompanySso()
  const kept = memoryOAuthStore({ now: Date.now })
  const counted: string[] = []
  const store = {
    ...kept,
    count: (model: string, id: string, ttlSeconds: number) => {
      counted.push(id)
      return kept.count(model, id, ttlSeconds)
    },
  }
  await using harness = await startHarness([tenantAt('acme', sso)], { store })
  const { client_id: clientId } = await harness.register()
  const answer = await harness.signIn({ clientId })
  counted.length = 0
  for (const code of ['never-was', 'x'.repeat(43)])
    expect((await harness.redeem(code, { clientId })).status).toBe(400)
  expect(counted).toEqual([])
  const code = answer.get('code') ?? ''
  expect((await harness.redeem(code, { clientId }, { code_verifier: 'w'.repeat(43) })).status).toBe(400)
  expect(counted).toEqual([code])
})
