import type { ToolContext } from '@gateway/domain'
import { isListedInstance } from '../ec2/prices.ts'
import { typedAws } from '../typed-aws.ts'

/** An instance, as far as its size matters. */
export interface FoundInstance {
  readonly id: string
  readonly name: string | undefined
  readonly type: string
  readonly state: string | undefined
  /** ISO 8601; absent where AWS does not say. */
  readonly stoppedSince: string | undefined
  /** That it costs what the list says: Linux, on demand, on shared hardware. */
  readonly listPriced: boolean
}

/** Instances of one analysis. XML of more would hold the event loop for too long, so they come in pages of a hundred. */
export const mostInstances = 300
const perPage = 100

/** Instances that are not terminated, by tags or ids. */
export const findInstances = async (
  context: ToolContext,
  of: {
    readonly tags: readonly { readonly key: string; readonly value?: string | undefined }[] | undefined
    readonly instanceIds: readonly string[] | undefined
  },
): Promise<{ instances: readonly FoundInstance[]; truncated: boolean }> => {
  const { tags = [], instanceIds } = of
  const states = { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] }
  const filters = [
    states,
    ...tags.map(({ key, value }) =>
      value === undefined
        ? { Name: 'tag-key', Values: [literally(key)] }
        : { Name: `tag:${key}`, Values: [literally(value)] },
    ),
  ]
  const instances: FoundInstance[] = []
  let token: string | undefined
  do {
    const page = await typedAws(context, 'ec2', 'DescribeInstances', {
      Filters: filters,
      // AWS refuses MaxResults together with instance ids.
      ...(instanceIds ? { InstanceIds: [...instanceIds] } : { MaxResults: perPage }),
      ...(token !== undefined && { NextToken: token }),
    })
    for (const { Instances = [] } of page.Reservations ?? []) instances.push(...Instances.map(foundInstance))
    token = page.NextToken || undefined
  } while (token !== undefined && instances.length < mostInstances)
  return { instances, truncated: token !== undefined }
}

/** `*` and `?` stand for others in a filter unless they are escaped (EC2 API, DescribeInstances: Filter). */
const literally = (value: string): string => value.replace(/[\\*?]/g, '\\$&')

type Instance = NonNullable<
  NonNullable<
    NonNullable<
      Awaited<ReturnType<typeof typedAws<'ec2', 'DescribeInstances'>>>['Reservations']
    >[number]['Instances']
  >[number]
>

const foundInstance = (instance: Instance): FoundInstance => ({
  id: instance.InstanceId ?? '',
  name: instance.Tags?.find(({ Key }) => Key === 'Name')?.Value,
  type: instance.InstanceType ?? '',
  state: instance.State?.Name,
  stoppedSince: timeIn(instance.StateTransitionReason),
  listPriced: isListedInstance(instance),
})

/** AWS writes it as `User initiated (2026-01-02 03:04:05 GMT)`. */
const timeIn = (reason: string | undefined): string | undefined => {
  const [, day, time] = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(reason ?? '') ?? []
  return day && `${day}T${time}Z`
}
