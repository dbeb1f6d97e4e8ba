import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { accountFinder } from './account-finder.ts'

const never = new AbortController().signal

test('looks up once, for all who ask', async () => {
  let lookUps = 0
  const find = accountFinder(async () => {
    lookUps += 1
    return '111111111111'
  })
  expect(lookUps).toBe(0)
  const found = await Promise.all([find(1000, never), find(1000, never)])
  expect([...found, await find(1000, never)]).toEqual(Array(3).fill({ accountId: '111111111111' }))
  expect(lookUps).toBe(1)
})

test('after a fault the next one who asks looks again', async () => {
  const fault = new GatewayError('credentials_refused', 'Sign in.')
  const answers = [() => Promise.reject(fault), () => Promise.resolve('111111111111')]
  const find = accountFinder(() => (answers.shift() ?? expect.unreachable)())
  expect(await find(1000, never)).toEqual({ fault })
  expect(await find(1000, never)).toEqual({ accountId: '111111111111' })
})

test('does not wait longer than it may, and what comes late is still of use', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const find = accountFinder(() => promise)
  expect(await find(1, never)).toMatchObject({ fault: { code: 'aws_unreachable' } })
  expect(await find(60_000, AbortSignal.abort())).toMatchObject({ fault: { code: 'aws_unreachable' } })
  resolve('111111111111')
  expect(await find(1000, never)).toEqual({ accountId: '111111111111' })
})
