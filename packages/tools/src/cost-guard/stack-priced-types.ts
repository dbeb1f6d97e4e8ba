import type { CostControl } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import { deviceIn, volumesOf } from './block-devices.ts'
import { callsAws, hasAutoMode } from './by-members.ts'
import { balancers } from './by-the-hour.ts'
import { type Charge, dayOf, unpriced } from './charges.ts'
import { databaseCharges, databaseIn, peculiarMembers } from './databases.ts'
import { concurrencyFaults, memoryFaults, provisionedCharge } from './functions.ts'
import { listOf, type Members, recordOf, textOf } from './input-values.ts'
import { peculiarityOf, typeIn } from './instance-launch.ts'
import { shown } from './shown-names.ts'
import { isUnresolved } from './stack-properties.ts'
import { volumeCharge, volumeIn } from './volumes.ts'

/** What one resource of a stack does. */
export interface StackEffect {
  readonly charges?: readonly Charge[]
  readonly faults?: readonly string[]
  /** That it is an instance; what cannot be told of it is undefined. */
  readonly instance?: { readonly type: string | undefined; readonly image: string | undefined }
  readonly launches?: 'unknown'
}

interface Place {
  readonly region: string
  readonly prices: PriceBook
  readonly limits: CostControl
}

type Priced = (properties: Members, place: Place) => StackEffect

const instance: Priced = (properties, place) => {
  const type = isUnresolved(properties.InstanceType) ? undefined : typeIn(properties)
  const image = textOf(properties.ImageId)
  const faults: string[] = []
  const peculiar =
    peculiarityOf({
      ...properties,
      ...(properties.Tenancy !== undefined && { Placement: { Tenancy: properties.Tenancy } }),
    }) ?? ['HostId', 'HostResourceGroupArn'].find((name) => properties[name] !== undefined)
  const devices = listOf(properties.BlockDeviceMappings)
  if (type === undefined || peculiar !== undefined || isUnresolved(devices))
    return {
      instance: { type, image },
      charges: [unpriced(`an instance by ${peculiar ?? 'values that are known only later'}`)],
    }
  const volumes = volumesOf(
    [],
    devices.map((each) => deviceIn(recordOf(each), faults)),
  )
  return {
    instance: { type, image },
    faults,
    charges: [
      dayOf(`${shown('instance type', type)} with Linux`, place.prices.ec2(place.region, type)),
      ...volumes.map((volume) => volumeCharge(place, volume)),
    ],
  }
}

const volume: Priced = (properties, place) => {
  const faults: string[] = []
  if (isUnresolved(properties.Size) || isUnresolved(properties.VolumeType))
    return { charges: [unpriced('a volume of unknown size')] }
  const told = volumeIn(properties, faults)
  return { faults, charges: [volumeCharge(place, told)] }
}

const database: Priced = (properties, place) => {
  const faults: string[] = []
  const decisive = ['AllocatedStorage', 'DBInstanceClass', 'Engine', 'MultiAZ', 'StorageType']
  if (decisive.some((name) => isUnresolved(properties[name])))
    return { charges: [unpriced('a database of unknown size')] }
  return {
    faults,
    charges: databaseCharges(place, databaseIn(properties, faults), peculiarMembers(properties, decisive)),
  }
}

const lambda: Priced = (properties, { limits }) => {
  const { MemorySize, ReservedConcurrentExecutions } = properties
  const limited = limits.lambda?.maxMemoryMb !== undefined || limits.lambda?.maxConcurrency !== undefined
  if (limited && (isUnresolved(MemorySize) || isUnresolved(ReservedConcurrentExecutions)))
    return { faults: ['How large a function would be cannot be told, and the tenant limits it.'] }
  return {
    faults: [
      ...(isUnresolved(MemorySize) ? [] : memoryFaults(properties, limits)),
      ...(isUnresolved(ReservedConcurrentExecutions)
        ? []
        : concurrencyFaults(properties, 'ReservedConcurrentExecutions', limits)),
    ],
    ...(recordOf(properties.SnapStart).ApplyOn === 'PublishedVersions' && {
      charges: [unpriced('snapshots of a function')],
    }),
  }
}

/** A version or an alias; how much memory its function has stands elsewhere, so the most there is counts. */
const provisioned: Priced = ({ ProvisionedConcurrencyConfig: config }, place) => {
  if (config === undefined) return {}
  const members = recordOf(config)
  const name = 'ProvisionedConcurrentExecutions'
  const count = members[name]
  if (typeof count !== 'number') return { charges: [unpriced('provisioned executions')] }
  const faults = concurrencyFaults(members, name, place.limits)
  return { faults, charges: faults.length > 0 ? [] : [provisionedCharge(place, { memory: 10_240, count })] }
}

const balancer: Priced = ({ Type = 'application' }, { region, prices }) => {
  const thing = balancers[String(textOf(Type))]
  const name = 'load balancer, without its traffic'
  return { charges: [thing ? dayOf(name, prices.hourly(region, thing)) : unpriced(name)] }
}

const endpoint: Priced = ({ VpcEndpointType = 'Gateway', SubnetIds }, { region, prices }) => {
  if (VpcEndpointType === 'Gateway') return {}
  const name = 'endpoint of a VPC, without its traffic'
  if (VpcEndpointType !== 'Interface' || !Array.isArray(SubnetIds)) return { charges: [unpriced(name)] }
  const usd = prices.hourly(region, 'vpc-interface-endpoint')
  return { charges: [dayOf(name, usd, Math.max(1, SubnetIds.length))] }
}

const hourly =
  (thing: Parameters<PriceBook['hourly']>[1], name: string): Priced =>
  (_properties, { region, prices }) => ({ charges: [dayOf(name, prices.hourly(region, thing))] })

/** A table that is paid for by request costs nothing while nobody asks it. */
const table: Priced = ({ BillingMode }) =>
  BillingMode === 'PAY_PER_REQUEST' ? {} : { charges: [unpriced('provisioned capacity of a table')] }

/** Only the standard tier is free. */
const parameter: Priced = ({ Tier = 'Standard' }) =>
  Tier === 'Standard' ? {} : { charges: [unpriced('a parameter of the advanced tier')] }

/** A cluster that starts its own instances, or of which that is known only later. */
const cluster: Priced = (properties, place) => {
  const { ComputeConfig: config } = properties
  if (isUnresolved(config) || hasAutoMode(config))
    return { charges: [unpriced('a cluster with Auto Mode')], launches: 'unknown' }
  return hourly('eks-cluster', 'cluster, without its nodes')(properties, place)
}

/** What only a member makes dear. */
const freeWithout =
  (member: string, what: string): Priced =>
  (properties) =>
    properties[member] === undefined ? {} : { charges: [unpriced(what)] }

/** A schedule that calls an operation of AWS itself may start anything, as may one whose target is known only later. */
const schedule: Priced = ({ Target }) => {
  const { Arn, EcsParameters } = recordOf(Target)
  if (callsAws(Arn)) return { charges: [unpriced('what a schedule starts')], launches: 'unknown' }
  return EcsParameters === undefined ? {} : { charges: [unpriced('tasks that a schedule starts')] }
}

/** Types whose price goes by their properties; what they say is a day of it. */
export const pricedTypes: Readonly<Record<string, Priced>> = {
  'AWS::DynamoDB::Table': table,
  'AWS::EC2::EIP': hourly('eip', 'public IPv4 address'),
  'AWS::EC2::Instance': instance,
  'AWS::EC2::NatGateway': hourly('nat-gateway', 'NAT gateway, without its traffic'),
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::EC2::Volume': volume,
  'AWS::EKS::Cluster': cluster,
  'AWS::ElasticLoadBalancing::LoadBalancer': hourly(
    'classic-load-balancer',
    'load balancer, without its traffic',
  ),
  'AWS::ElasticLoadBalancingV2::LoadBalancer': balancer,
  'AWS::Lambda::Alias': provisioned,
  'AWS::Lambda::EventSourceMapping': freeWithout(
    'ProvisionedPollerConfig',
    'provisioned pollers of a function',
  ),
  'AWS::Lambda::Function': lambda,
  'AWS::Lambda::Version': provisioned,
  'AWS::RDS::DBInstance': database,
  'AWS::Scheduler::Schedule': schedule,
  'AWS::SSM::Parameter': parameter,
}
