import type { CostQuestion } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import { type Assessor, refusedFor } from './assessment.ts'
import { type Device, deviceIn, volumesOf } from './block-devices.ts'
import { type Charge, dayOf, estimateOf, unpriced } from './charges.ts'
import { listOf, type Members, membersOf, numbersOf, recordOf, textOf } from './input-values.ts'
import { imageOf, listedPlatform } from './listed-instance.ts'
import { countFaults, countReads } from './running-instances.ts'
import { shown } from './shown-names.ts'
import { typeFaults } from './type-patterns.ts'
import { volumeCharge } from './volumes.ts'

/** EC2 RunInstances: a day of the instances and of their volumes. */
export const instanceLaunch: Assessor = {
  reads: (limits) => ['ec2:DescribeImages', ...countReads(limits)],
  async assess(question, prices) {
    const members = membersOf(question.request)
    const faults: string[] = []
    const count = numbersOf(members, faults).whole('MaxCount', { most: 100_000 })
    if (count === undefined && faults.length === 0) faults.push('MaxCount is missing.')
    const own = listOf(members.BlockDeviceMappings).map((each) => deviceIn(recordOf(each), faults))
    const type = typeIn(members)
    faults.push(...typeFaults([type], question.limits.ec2?.instanceTypes))
    if (count === undefined || faults.length > 0) return refusedFor(...faults)
    faults.push(...(await countFaults(question, count)))
    if (faults.length > 0) return refusedFor(...faults)
    return { faults, estimate: estimateOf(await chargesOf(question, prices, { type, count, own }), prices) }
  },
}

/** The type that a launch asks for; undefined where a template tells it. */
export const typeIn = (members: Members): string | undefined =>
  textOf(members.InstanceType) ?? (members.LaunchTemplate === undefined ? defaultType : undefined)

/** EC2 API, RunInstances: what a launch without a type gets. */
const defaultType = 'm1.small'

/** What a launch has that the prices of on-demand Linux on shared hardware do not tell. */
export const peculiarityOf = (members: Members): string | undefined => {
  const { Tenancy, HostId, HostResourceGroupArn } = recordOf(members.Placement)
  if (members.LaunchTemplate !== undefined) return 'a launch template'
  if (members.InstanceMarketOptions !== undefined) return 'the spot market or capacity blocks'
  if ((Tenancy ?? 'default') !== 'default' || HostId !== undefined || HostResourceGroupArn !== undefined)
    return 'dedicated hardware'
  const extra = ['ElasticGpuSpecification', 'ElasticInferenceAccelerators', 'LicenseSpecifications']
  return extra.find((name) => members[name] !== undefined)
}

interface Launch {
  readonly type: string | undefined
  readonly count: number
  readonly own: readonly Device[]
}

const chargesOf = async (
  question: CostQuestion,
  prices: PriceBook,
  { type, count, own }: Launch,
): Promise<readonly Charge[]> => {
  const members = membersOf(question.request)
  const { region } = question
  const peculiarity = peculiarityOf(members)
  if (type === undefined || peculiarity !== undefined) return [unpriced(`instances by ${peculiarity}`)]
  const image = await imageOf(question, textOf(members.ImageId))
  if (image === undefined) return [unpriced('instances of an image that is not known here')]
  if (!listedPlatform(image)) return [unpriced('instances that are not plain Linux')]
  const devices = listOf(image.BlockDeviceMappings).map((each) => deviceIn(recordOf(each), []))
  return [
    dayOf(shown('instance type', type), prices.ec2(region, type), count),
    ...volumesOf(devices, own).map((volume) => volumeCharge({ region, prices }, volume, count)),
  ]
}
