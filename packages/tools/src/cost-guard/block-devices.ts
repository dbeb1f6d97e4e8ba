import { type Members, recordOf, textOf } from './input-values.ts'
import { defaultVolume, type Volume, volumeIn } from './volumes.ts'

/** A block device of an image or a launch. */
export interface Device {
  readonly name: string | undefined
  /** As far as it is told; undefined where it is no volume of EBS. */
  readonly volume: Told | undefined
}

interface Told extends Partial<Volume> {
  readonly ofSnapshot: boolean
}

/** The device of a mapping; numbers that are none become faults. */
export const deviceIn = (mapping: Members, faults: string[]): Device => {
  const name = textOf(mapping.DeviceName)
  if (mapping.Ebs === undefined) return { name, volume: undefined }
  const ebs = recordOf(mapping.Ebs)
  const told = volumeIn(ebs, faults, { size: 'VolumeSize', defaultType: '' })
  const given = Object.entries(told).filter(([, value]) => value !== undefined && value !== '')
  return { name, volume: { ...Object.fromEntries(given), ofSnapshot: ebs.SnapshotId !== undefined } }
}

/** The volumes of an image with what a launch changes of them; where neither tells any, the default one. */
export const volumesOf = (image: readonly Device[], own: readonly Device[]): readonly Volume[] => {
  const byName = new Map(image.map(({ name, volume }, at) => [name ?? `image ${at}`, volume]))
  own.forEach(({ name, volume }, at) => {
    const key = name ?? `own ${at}`
    const before = byName.get(key)
    byName.set(
      key,
      volume && { ...before, ...volume, ofSnapshot: volume.ofSnapshot || before?.ofSnapshot === true },
    )
  })
  const told = [...byName.values()].filter((volume) => volume !== undefined)
  return told.length > 0 ? told.map(whole) : [defaultVolume]
}

/** Of a snapshot without a size nobody knows how large it is (EC2 API, EbsBlockDevice). */
const whole = ({ ofSnapshot, gigabytes, type = 'gp2', ...rest }: Told): Volume => ({
  ...rest,
  type,
  gigabytes: gigabytes ?? (ofSnapshot ? undefined : defaultVolume.gigabytes),
})
