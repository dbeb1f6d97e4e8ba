import type { HourlyThing } from '../prices/price-book.ts'
import type { Assessment, Assessor } from './assessment.ts'
import { nothing, refusedFor } from './assessment.ts'
import { hasAutoMode } from './by-members.ts'
import { dayOf, estimateOf, unpriced } from './charges.ts'
import { listOf, type Members, membersOf } from './input-values.ts'
import { limitsInstances } from './launching-otherwise.ts'

/** What is billed by the hour for as long as it is there; undefined where nobody knows, none where it is free. */
interface Hourly {
  readonly thing: HourlyThing | undefined
  readonly name: string
  readonly count?: number
}

const byTheHour = (hourlyOf: (members: Members) => Hourly | 'free'): Assessor => ({
  reads: () => [],
  async assess({ request, region }, prices): Promise<Assessment> {
    const hourly = hourlyOf(membersOf(request))
    if (hourly === 'free') return nothing
    const { thing, name, count = 1 } = hourly
    const charge = thing ? dayOf(name, prices.hourly(region, thing), count) : unpriced(name)
    return { faults: [], estimate: estimateOf([charge], prices) }
  },
})

/** EC2 CreateNatGateway. */
export const natGateway = byTheHour(() => ({
  thing: 'nat-gateway',
  name: 'NAT gateway, without its traffic',
}))

/** EC2 AllocateAddress. */
export const address = byTheHour(() => ({ thing: 'eip', name: 'public IPv4 address' }))

/** EC2 CreateVpcEndpoint; of an interface each subnet is one (AWS PrivateLink pricing). */
export const vpcEndpoint = byTheHour(({ VpcEndpointType = 'Gateway', SubnetIds }) => {
  if (VpcEndpointType === 'Gateway') return 'free'
  const count = Math.max(1, listOf(SubnetIds).length)
  return {
    thing: VpcEndpointType === 'Interface' ? 'vpc-interface-endpoint' : undefined,
    name: 'endpoint of a VPC, without its traffic',
    count,
  }
})

/** Elastic Load Balancing CreateLoadBalancer, of all generations; those of the first have listeners in the request. */
export const loadBalancer = byTheHour((members) => ({
  thing:
    members.LoadBalancerName === undefined
      ? balancers[String(members.Type ?? 'application')]
      : 'classic-load-balancer',
  name: 'load balancer, without its traffic',
}))

/** What each type of load balancer is to the prices. */
export const balancers: Readonly<Record<string, HourlyThing>> = {
  application: 'alb',
  network: 'nlb',
  gateway: 'gateway-load-balancer',
}

const clusterByTheHour = byTheHour(() => ({ thing: 'eks-cluster', name: 'cluster, without its nodes' }))

/** EKS CreateCluster; what Auto Mode starts nobody knows, so it is refused where the tenant says which instances there may be. */
export const kubernetesCluster: Assessor = {
  reads: () => [],
  async assess(question, prices) {
    if (!hasAutoMode(membersOf(question.request).computeConfig))
      return clusterByTheHour.assess(question, prices)
    if (limitsInstances(question.limits)) return refusedFor(autoModeFault)
    return { faults: [], estimate: estimateOf([unpriced('a cluster with Auto Mode')], prices) }
  },
}

/** Why a cluster with Auto Mode is refused where instances are limited. */
const autoModeFault =
  'A cluster with Auto Mode starts instances whose type and number cannot be told, and the tenant limits both.'
