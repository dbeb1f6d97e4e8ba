import { expect } from 'vitest'

const hourMs = 3_600_000

/** The last full hour, in milliseconds since the epoch. */
export const fullHour = (now: number): number => Math.floor(now / hourMs) * hourMs

/**
 * Reports a CPU for each hour of the last day, at half past, to the stand-in as EC2 itself would: past the gateway, whose
 * tenants may not write metrics of AWS.
 */
export const reportCpu = async (
  endpoint: string,
  of: {
    readonly account: string
    readonly region: string
    readonly instance: string
    readonly percent: number
  },
  now: number,
): Promise<void> => {
  const times = Array.from({ length: 25 }, (_, hour) => fullHour(now) + hourMs / 2 - hour * hourMs)
  const points = times
    .filter((time) => time <= now)
    .flatMap((time, i): [string, string][] => {
      const point = `MetricData.member.${i + 1}`
      return [
        [`${point}.MetricName`, 'CPUUtilization'],
        [`${point}.Unit`, 'Percent'],
        [`${point}.Value`, String(of.percent)],
        [`${point}.Timestamp`, new Date(time).toISOString()],
        [`${point}.Dimensions.member.1.Name`, 'InstanceId'],
        [`${point}.Dimensions.member.1.Value`, of.instance],
      ]
    })
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'x-moto-account-id': of.account,
      authorization: `AWS4-HMAC-SHA256 Credential=x/20260101/${of.region}/monitoring/aws4_request`,
    },
    body: new URLSearchParams([
      ['Action', 'PutMetricData'],
      ['Version', '2010-08-01'],
      ['Namespace', 'AWS/EC2'],
      ...points,
    ]),
  })
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)])
}
