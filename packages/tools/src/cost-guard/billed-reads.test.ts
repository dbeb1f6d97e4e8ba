import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { shippedPrices } from '../prices/shipped-prices.ts'
import { assessing, sampleClasses } from '../testing/cost-questions.ts'
import { createCostGuard } from './cost-guard.ts'

const guard = createCostGuard({ prices: shippedPrices, api: sampleClasses })
const price = (name: string, input: object = {}) => {
  const [service = '', operation = ''] = name.split(':')
  return guard.requestPrice(service, operation, input)?.microUsd
}

test('metrics are billed one by one, and what searches for them as the most that it may find', () => {
  const metric = { Id: 'a', MetricStat: {} }
  const data = (...MetricDataQueries: object[]) => price('cloudwatch:GetMetricData', { MetricDataQueries })
  expect(data(metric)).toBe(10)
  expect(data(...Array.from({ length: 500 }, () => metric))).toBe(5_000)
  expect(data(metric, { Id: 'b', Expression: 'a * 2' })).toBe(10)
  expect(data({ Id: 'b', Expression: "SEARCH('{AWS/EC2}', 'Average')" })).toBe(100_000)
  expect(data({ Id: 'b', Expression: 'select avg(CPUUtilization) from "AWS/EC2"' })).toBe(100_000)
  expect(data({ Id: 'b' })).toBe(100_000)
  expect(price('cloudwatch:GetMetricData')).toBe(10)
  expect(price('cloudwatch:GetMetricWidgetImage')).toBe(10_000)
  expect(price('access-analyzer:CheckNoNewAccess')).toBe(2_000)
})

const scan = (input: object, logGroups: unknown) =>
  assessing('logs:StartQuery', input, {
    answers: {
      'logs:DescribeLogGroups': () =>
        logGroups instanceof Error ? Promise.reject(logGroups) : { logGroups },
    },
  })

test('a query of logs is charged with a scan of all that its groups store, and once', async () => {
  const groups = [
    { logGroupName: '/aws/web', storedBytes: 5_000_000_000 },
    { logGroupName: 'db', storedBytes: 0 },
  ]
  const input = { logGroupIdentifiers: ['/aws/web', 'arn:aws:logs:eu-west-1:111111111111:log-group:db:*'] }
  const { estimate, asked } = await scan(input, groups)
  expect(estimate?.basis).toBe('a scan of at most 51 GB of logs. Prices of 2026-01-01.')
  expect(estimate?.microUsd).toBe(51 * 9_000)
  expect(asked).toEqual(['logs:DescribeLogGroups'])
  expect(price('logs:StartQuery', input)).toBe(undefined)
})

test('a query whose groups or sizes nobody knows is unpriced', async () => {
  const one = [{ logGroupName: 'a', storedBytes: 1 }]
  const microUsd = async (input: object, groups: unknown = one) =>
    (await scan(input, groups)).estimate?.microUsd
  expect(await microUsd({ logGroupName: 'a' })).toBe(18_000)
  expect(await microUsd({ logGroupNames: ['a', 'b'] })).toBe('unpriced')
  expect(await microUsd({})).toBe('unpriced')
  expect(await microUsd({ logGroupName: 'a', queryString: 'SOURCE logGroups() | fields @message' })).toBe(
    'unpriced',
  )
  expect(await microUsd({ logGroupName: 'a', queryLanguage: 'SQL' })).toBe('unpriced')
  for (const storedBytes of [-1, Number.NaN, '1', undefined])
    expect(await microUsd({ logGroupName: 'a' }, [{ logGroupName: 'a', storedBytes }])).toBe('unpriced')
  const denied = new GatewayError('aws_error', 'No.', { details: { aws: { code: 'AccessDeniedException' } } })
  expect(await microUsd({ logGroupName: 'a' }, denied)).toBe('unpriced')
  await expect(scan({ logGroupName: 'a' }, new GatewayError('unavailable', 'Away.'))).rejects.toThrow('Away.')
})
