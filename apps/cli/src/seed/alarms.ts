import type { AlarmData } from './account-data.ts'
import { inParallel } from './in-parallel.ts'
import type { OwnerSession } from './owner-session.ts'

/** Makes the alarms on the CPU of instances and puts each in its state. */
export const seedAlarms = (
  { send }: OwnerSession,
  alarms: readonly AlarmData[],
  ids: ReadonlyMap<string, string>,
) =>
  inParallel(alarms, 4, async ({ name: AlarmName, description, instance, threshold, state }) => {
    const InstanceId = ids.get(instance)
    if (InstanceId === undefined) throw new Error(`alarm ${AlarmName} is on unknown instance ${instance}`)
    await send('cloudwatch', 'PutMetricAlarm', {
      AlarmName,
      AlarmDescription: description,
      Namespace: 'AWS/EC2',
      MetricName: 'CPUUtilization',
      Dimensions: [{ Name: 'InstanceId', Value: InstanceId }],
      Statistic: 'Average',
      Period: 300,
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: threshold,
    })
    await send('cloudwatch', 'SetAlarmState', {
      AlarmName,
      StateValue: state,
      StateReason: reasons[state](threshold),
    })
  })

const reasons = {
  OK: (threshold: number) => `CPU was below ${threshold} percent`,
  ALARM: (threshold: number) => `CPU was above ${threshold} percent for 3 periods of 5 minutes`,
  INSUFFICIENT_DATA: () => 'The instance reports no data',
}
