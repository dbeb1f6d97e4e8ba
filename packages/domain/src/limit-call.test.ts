import { expect, test } from 'vitest'
import { limitCall } from './limit-call.ts'
import { grantIn } from './testing/tenants.ts'

test.for<[number, number]>([
  [0.001, 1],
  [1, 1],
  [11.2, 12],
])('a wait of %f s is told as %i s', async ([retryAfterSeconds, told]) => {
  const limiter = { take: async () => ({ allowed: false, scope: 'tenant', retryAfterSeconds }) as const }
  await expect(limitCall(limiter, grantIn('acme'))).rejects.toMatchObject({
    code: 'rate_limited',
    message: `The call limit of this tenant is used up. Try again in ${told} s.`,
    details: { retryAfterSeconds: told, scope: 'tenant' },
  })
})

test("the tenants file sets a tenant's limits", async () => {
  const limits = { tenant: { perMinute: 7, burst: 5 }, user: { perMinute: 3, burst: 2 } }
  const { streams, aws } = grantIn('acme').tenant.limits
  const taken: unknown[] = []
  const limiter = {
    async take(asked: readonly unknown[]) {
      taken.push(...asked)
      return { allowed: true } as const
    },
  }
  await limitCall(limiter, grantIn('acme', { tenant: { limits: { ...limits, streams, aws } } }))
  expect(taken).toMatchObject([
    { scope: 'tenant', ...limits.tenant },
    { scope: 'user', ...limits.user },
  ])
})
