import { expect, test } from 'vitest'
import { shippedPrices } from '../prices/shipped-prices.ts'
import { type InstanceLoad, rightSize } from './right-size.ts'

const load: InstanceLoad = {
  prices: shippedPrices,
  type: 'm5.xlarge',
  region: 'us-east-1',
  listPriced: true,
  hours: 24,
  cpuAverage: 40,
  cpuMaximum: 60,
  networkBytesPerHour: 1e9,
}

test.for<[string, Partial<InstanceLoad>, object]>([
  ['busy enough', {}, { suggestion: 'keep' }],
  [
    'low',
    { cpuAverage: 19.9, cpuMaximum: 44 },
    { suggestion: 'smaller', suggestedType: 'm5.large', usdPerHourChange: -0.096 },
  ],
  ['low with high peaks', { cpuAverage: 5, cpuMaximum: 45 }, { suggestion: 'keep' }],
  [
    'high',
    { cpuAverage: 70.1 },
    { suggestion: 'larger', suggestedType: 'm5.2xlarge', usdPerHourChange: 0.192 },
  ],
  ['just not high', { cpuAverage: 70 }, { suggestion: 'keep' }],
  [
    'unused',
    { cpuAverage: 1, cpuMaximum: 4, networkBytesPerHour: 1_000 },
    { suggestion: 'idle', usdPerHourChange: -0.192 },
  ],
  [
    'unused for an hour only',
    { cpuAverage: 1, cpuMaximum: 4, networkBytesPerHour: 1_000, hours: 1 },
    { suggestion: 'smaller', suggestedType: 'm5.large', usdPerHourChange: -0.096 },
  ],
  ['the smallest', { type: 't3.nano', cpuAverage: 6, cpuMaximum: 9 }, { suggestion: 'keep' }],
  ['the largest', { type: 'm5.24xlarge', cpuAverage: 99 }, { suggestion: 'keep' }],
  ['unknown', { type: 'x9.huge', cpuAverage: 99 }, { suggestion: 'larger', usdPerHourChange: 'unpriced' }],
  [
    'unknown and unused',
    { type: 'x9.huge', cpuAverage: 0, cpuMaximum: 0, networkBytesPerHour: 0 },
    { suggestion: 'idle', usdPerHourChange: 'unpriced' },
  ],
  [
    'in a region without prices',
    { region: 'ap-south-1', cpuAverage: 99 },
    { suggestion: 'larger', suggestedType: 'm5.2xlarge', usdPerHourChange: 'unpriced' },
  ],
  [
    'Windows or spot',
    { listPriced: false, cpuAverage: 99 },
    { suggestion: 'larger', suggestedType: 'm5.2xlarge', usdPerHourChange: 'unpriced' },
  ],
])('%s', ([, change, expected]) => {
  expect(rightSize({ ...load, ...change })).toEqual(expected)
})
