import { expect, test } from 'vitest'
import { regionOf } from './region-of.ts'
import { settingsSchema } from './settings-schema.ts'

const settings = (region: string | undefined, allowedRegions: string[] | undefined) =>
  settingsSchema.parse({
    authentication: { profile: 'work', region },
    permissions: { ...(allowedRegions && { allowedRegions }) },
  })

test.each([
  ['the configured one', 'eu-west-1', ['eu-north-1', 'eu-west-1'], 'eu-north-1', 'eu-west-1'],
  ["the profile's own", undefined, undefined, 'eu-north-1', 'eu-north-1'],
  ['the first allowed one', undefined, ['eu-west-1', 'eu-north-1'], undefined, 'eu-west-1'],
  ['us-east-1', undefined, undefined, undefined, 'us-east-1'],
])('%s', async (_, configured, allowed, ofProfile, expected) => {
  const ask = async (profile: string | undefined) => (profile === 'work' ? ofProfile : expect.unreachable())
  expect(await regionOf(settings(configured, allowed), ask)).toBe(expected)
})

test.each([
  ['is no region', undefined, 'moon', 'region: must be an AWS region'],
  ['is not allowed', ['eu-west-1'], 'us-east-1', 'region: is not in permissions.allowedRegions'],
])("a profile's own region that %s is a fault", async (_, allowed, ofProfile, fault) => {
  await expect(regionOf(settings(undefined, allowed), async () => ofProfile)).rejects.toMatchObject({
    faults: [expect.stringContaining(fault)],
  })
})
