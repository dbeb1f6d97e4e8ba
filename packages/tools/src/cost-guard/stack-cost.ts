import type { CostControl } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import type { Charge } from './charges.ts'
import { unpriced } from './charges.ts'
import type { Members } from './input-values.ts'
import { limitsInstances } from './launching-otherwise.ts'
import { shown } from './shown-names.ts'
import { isFreeType } from './stack-free-types.ts'
import { pricedTypes, type StackEffect } from './stack-priced-types.ts'
import { readable } from './stack-properties.ts'
import { typeFaults } from './type-patterns.ts'

/** A resource that a stack adds, changes or replaces. */
export interface StackResource {
  readonly logicalId: string
  /** Such as `AWS::EC2::Instance`. */
  readonly type: string
  /** Undefined where nobody can tell them. */
  readonly properties: Members | undefined
  /** Whether there will be one more of it, be it for the time of a replacement. */
  readonly isNew: boolean
}

/** What the resources of a stack come to. */
export interface StackCost {
  readonly charges: readonly Charge[]
  readonly faults: readonly string[]
  /** Instances and buckets that there will be more of. */
  readonly instances: number
  readonly buckets: number
  /** Images of the instances, whose platform decides their price; undefined for one that cannot be told. */
  readonly images: readonly (string | undefined)[]
}

/** A day of what a stack adds, replaces or changes, by type and properties; what may be billed and has no price here is unpriced. */
export const stackCost = (of: {
  readonly resources: readonly StackResource[]
  readonly region: string
  readonly prices: PriceBook
  readonly limits: CostControl
}): StackCost => {
  const charges: Charge[] = []
  const faults: string[] = []
  const types: (string | undefined)[] = []
  const images = new Set<string | undefined>()
  const counts = { instances: 0, buckets: 0 }
  for (const resource of of.resources) {
    const { charges: its = [], faults: against = [], ...effect } = effectOf(resource, of)
    charges.push(...its)
    faults.push(...against)
    if (effect.launches === 'unknown' && limitsInstances(of.limits))
      faults.push(
        `${nameOf(resource)} may start instances whose type and number cannot be told, and the tenant limits both.`,
      )
    if (effect.instance) {
      types.push(effect.instance.type)
      images.add(effect.instance.image)
    }
    if (!resource.isNew) continue
    if (effect.instance) counts.instances++
    if (resource.type === 'AWS::S3::Bucket') counts.buckets++
  }
  faults.push(...typeFaults(types, of.limits.ec2?.instanceTypes))
  return { charges, faults, ...counts, images: [...images] }
}

const nameOf = ({ logicalId, type }: Pick<StackResource, 'logicalId' | 'type'>): string =>
  `resource "${shown('logical id', logicalId)}" of type "${shown('resource type', type)}"`

const effectOf = (
  { type, properties, logicalId }: StackResource,
  of: { readonly region: string; readonly prices: PriceBook; readonly limits: CostControl },
): StackEffect => {
  const priced = Object.hasOwn(pricedTypes, type) ? pricedTypes[type] : undefined
  if (priced && properties) return priced(readable(properties), of)
  if (!priced && isFreeType(type)) return {}
  return {
    charges: [unpriced(nameOf({ logicalId, type }))],
    ...(type === 'AWS::EC2::Instance' && { instance: { type: undefined, image: undefined } }),
    ...(mayLaunch.test(type) && { launches: 'unknown' as const }),
  }
}

/** Resources that start instances of EC2 by themselves, or are made of what nobody here can see. */
const mayLaunch =
  /^AWS::(?:AutoScaling::AutoScalingGroup|AutoScaling::(?:ScalingPolicy|ScheduledAction|WarmPool)|Batch::ComputeEnvironment|CloudFormation::(?:Stack|StackSet|Macro)|EC2::(?:EC2Fleet|SpotFleet|CapacityReservation\w*)|ECS::CapacityProvider|EKS::(?:Cluster|Nodegroup)|ElasticBeanstalk::Environment|EMR::\w+|OpsWorks::\w+|ServiceCatalog::\w+|Proton::\w+|Scheduler::Schedule|ApplicationAutoScaling::\w+)$|^(?!AWS::)/
