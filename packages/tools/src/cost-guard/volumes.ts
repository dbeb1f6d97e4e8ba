import { type CostQuestion, chargedHours } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import type { Assessor } from './assessment.ts'
import { refusedFor } from './assessment.ts'
import { type Charge, estimateOf, unpriced } from './charges.ts'
import { microUsdOf } from './exact-usd.ts'
import { listOf, type Members, membersOf, numbersOf, recordOf, textOf } from './input-values.ts'
import { shown } from './shown-names.ts'

/** A volume as requests, images and templates tell it. */
export interface Volume {
  readonly gigabytes: number | undefined
  readonly type: string
  readonly iops?: number | undefined
  /** MiB per second. */
  readonly throughput?: number | undefined
}

/** Gigabytes and type of a root volume that nobody has told. */
export const defaultVolume: Volume = { gigabytes: 8, type: 'gp3' }

/** Largest volume there is, in GiB (EC2 User Guide, "Amazon EBS volume types"). */
export const largestVolume = 65_536

/** Hours of a month as AWS reckons it. */
export const monthHours = 730

/** A day of volumes; what costs beside their size is not known. */
export const volumeCharge = (
  { region, prices }: { readonly region: string; readonly prices: PriceBook },
  volume: Volume,
  count = 1,
): Charge => {
  const { gigabytes, type } = volume
  const what = `${chargedHours} hours of ${count} ${count === 1 ? 'volume' : 'volumes'} of ${gigabytes ?? '?'} GB ${shown('volume type', type)}`
  if (gigabytes === undefined || isFast(volume)) return unpriced(what)
  return {
    what,
    microUsd: microUsdOf(prices.ebs(region, type), gigabytes * chargedHours * count, monthHours),
  }
}

/** Whether it is paid for more than its size: gp3 has 3,000 operations and 125 MiB per second for nothing. */
const isFast = ({ type, iops, throughput }: Volume): boolean =>
  /^io\d/.test(type) || (type === 'gp3' && ((iops ?? 0) > 3000 || (throughput ?? 0) > 125))

/** The volume that members such as those of CreateVolume tell; numbers that are none become faults. */
export const volumeIn = (members: Members, faults: string[], names: VolumeNames = ownNames): Volume => {
  const numbers = numbersOf(members, faults)
  return {
    gigabytes: numbers.whole(names.size, { most: largestVolume }),
    type: textOf(members.VolumeType) ?? names.defaultType,
    iops: numbers.whole('Iops', { least: 0 }),
    throughput: numbers.whole('Throughput', { least: 0 }),
  }
}

interface VolumeNames {
  readonly size: string
  readonly defaultType: string
}

/** EC2 API, CreateVolume. */
const ownNames: VolumeNames = { size: 'Size', defaultType: 'gp2' }

/** EC2 CreateVolume; of a snapshot without a size nobody knows how large it is. */
export const volumeCreation: Assessor = {
  reads: () => [],
  async assess({ request, region }, prices) {
    const faults: string[] = []
    const volume = volumeIn(membersOf(request), faults)
    if (faults.length > 0) return refusedFor(...faults)
    return { faults, estimate: estimateOf([volumeCharge({ region, prices }, volume)], prices) }
  },
}

/** EC2 ModifyVolume: what the volume will be, for a day. */
export const volumeChange: Assessor = {
  reads: () => ['ec2:DescribeVolumes'],
  async assess(question, prices) {
    const { request, region } = question
    const faults: string[] = []
    const members = membersOf(request)
    const wanted = volumeIn({ ...members }, faults)
    if (faults.length > 0) return refusedFor(...faults)
    const now = await volumeNow(question, textOf(members.VolumeId) ?? '')
    const given = Object.entries(wanted).filter(([, value]) => value !== undefined)
    const type = textOf(members.VolumeType) ?? now.type
    const volume = { ...now, ...Object.fromEntries(given), type }
    return { faults, estimate: estimateOf([volumeCharge({ region, prices }, volume)], prices) }
  },
}

const volumeNow = async ({ aws }: CostQuestion, id: string): Promise<Volume> => {
  const { Volumes } = recordOf(await aws('ec2', 'DescribeVolumes', { VolumeIds: [id] }))
  const found = listOf(Volumes)
    .map(recordOf)
    .find((each) => each.VolumeId === id)
  return volumeIn(found ?? {}, [])
}
