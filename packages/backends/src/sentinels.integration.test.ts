import { readdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { startSentinels } from './sentinels.ts'
import { localOnly } from './testing/test-environment.ts'

test('a master that is killed is followed by its replica, and nothing is left behind', async () => {
  await using group = await startSentinels(localOnly)
  expect(group.sentinels.split(',')).toHaveLength(3)
  expect(await group.masterUrl()).toBe(group.url)
  await group.signalMaster('SIGKILL')
  await vi.waitFor(async () => expect(await group.masterUrl()).not.toBe(group.url), { timeout: 20_000 })
  await group[Symbol.asyncDispose]()
  expect(readdirSync(localOnly.cacheDir).filter((each) => each.startsWith('sentinels-'))).toEqual([])
})
