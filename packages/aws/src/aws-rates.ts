import { type AwsBucket, type AwsTarget, type Tenant, tenantKey } from '@gateway/domain'

interface Rate {
  readonly perMinute: number
  readonly burst: number
}

/**
 * Requests to a service that one tenant may make in one account and region by default: 20 % of what AWS documents for
 * the operations in use that it allows least of, so that the tenant's own systems keep the rest. Where the tenant's
 * record names the service (`limits.aws`), that is in force instead. That of EC2 for
 * reading (EC2 Developer Guide, "Request throttling") and that of CloudWatch Logs (FilterLogEvents, 5 per second) were
 * read up; the others are from memory of the quota pages, and none is verified against AWS.
 */
const rates: Readonly<Record<string, { readonly r: Rate; readonly w: Rate }>> = {
  // 20 per second and 100 at once for reading, 5 and 50 for changing.
  ec2: { r: { perMinute: 240, burst: 20 }, w: { perMinute: 60, burst: 10 } },
  // 3,500 writes and 5,500 reads per second for each prefix of a bucket.
  s3: { r: { perMinute: 66_000, burst: 1_100 }, w: { perMinute: 42_000, burst: 700 } },
  // 15 per second for most operations; Invoke has more, which grows with the concurrency of the account.
  lambda: { r: { perMinute: 180, burst: 20 }, w: { perMinute: 180, burst: 20 } },
  // DescribeAlarms: 9 per second; PutMetricAlarm: 3.
  cloudwatch: { r: { perMinute: 108, burst: 20 }, w: { perMinute: 36, burst: 5 } },
  logs: { r: { perMinute: 60, burst: 10 }, w: { perMinute: 60, burst: 10 } },
  // AWS documents none. One change of a stack takes ten looks at it and three requests that write.
  cloudformation: { r: { perMinute: 180, burst: 60 }, w: { perMinute: 60, burst: 20 } },
  // 600 per second of an account, which here is that of the gateway or that of the tenant.
  sts: { r: { perMinute: 7_200, burst: 120 }, w: { perMinute: 7_200, burst: 120 } },
}

/** For a service without documented quotas, or one that is not in the table. */
const elsewhere: Rate = { perMinute: 60, burst: 10 }

/** AssumeRole counts against the gateway's own account, so no tenant may have much of it: as often as it may call. */
const assumeRoleRate: Rate = { perMinute: 600, burst: 120 }

/** Whether a request changes nothing: all of a session that only reads, and of the others those that only look. */
export const onlyLooks = ({ roleName }: Pick<AwsTarget, 'roleName'>, operation: string): boolean =>
  roleName === 'read' || /^(Describe|Get|Head|List)[A-Z]/.test(operation)

/** Where requests are sent, and with which role. */
type AwsPlace = Pick<AwsTarget, 'tenant' | 'account' | 'region' | 'roleName'>

/** What a request of `target` is taken from. */
export const bucketOf = (
  target: AwsPlace,
  { service, operation }: { readonly service: string; readonly operation: string },
): AwsBucket => {
  const { tenant, account, region } = target
  // AWS counts what a change looks up first as reading, whatever role it has.
  const kind = onlyLooks(target, operation) ? 'r' : 'w'
  const known = Object.hasOwn(rates, service) ? rates[service]?.[kind] : undefined
  const { perMinute, burst } = ownRate(tenant, service) ?? known ?? elsewhere
  return {
    key: tenantKey(tenant.id, 'aws', account.accountId, service, region, kind),
    scope: `aws:${service}:${region}`,
    perMinute,
    burst,
  }
}

/**
 * What a call that takes `actions` is sure to take from: of one service, and of what changes there rather than what it looks up
 * first. Undefined for several services, of which a call may need only one.
 */
export const bucketOfActions = (place: AwsPlace, actions: readonly string[]): AwsBucket | undefined => {
  const requests = actions.map((each) => {
    const [service = '', operation = ''] = each.split(':')
    return { service, operation }
  })
  const [first, ...others] = requests
  if (!first || others.some(({ service }) => service !== first.service)) return undefined
  return bucketOf(place, requests.find(({ operation }) => !onlyLooks(place, operation)) ?? first)
}

/** What AssumeRole by the gateway itself for a tenant is taken from. */
export const assumeRoleBucketOf = ({ id }: Pick<Tenant, 'id'>, region: string): AwsBucket => ({
  key: tenantKey(id, 'aws', 'gateway', 'sts', region),
  scope: `aws:sts:${region}`,
  ...assumeRoleRate,
})

const ownRate = ({ limits }: Tenant, service: string): Rate | undefined =>
  Object.hasOwn(limits.aws, service) ? limits.aws[service] : undefined
