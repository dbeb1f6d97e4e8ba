import type { CostQuestion } from '@gateway/domain'
import { listOf, type Members, recordOf, textOf } from './input-values.ts'

/**
 * Whether instances of an image, or an instance, run plain Linux, without software of the marketplace that is paid for. AWS always
 * tells the details; stand-ins do not.
 */
export const listedPlatform = ({ PlatformDetails, Platform, ProductCodes }: Members): boolean =>
  (PlatformDetails ?? 'Linux/UNIX') === 'Linux/UNIX' &&
  textOf(Platform) === undefined &&
  listOf(ProductCodes).length === 0

/** Whether an instance costs what the prices say: Linux, on demand, on shared hardware. */
export const listedInstance = (instance: Members): boolean =>
  listedPlatform(instance) &&
  instance.InstanceLifecycle === undefined &&
  (recordOf(instance.Placement).Tenancy ?? 'default') === 'default'

/** An image by its id; undefined where that is none, or AWS knows none. */
export const imageOf = async (
  { aws }: Pick<CostQuestion, 'aws'>,
  id: string | undefined,
): Promise<Members | undefined> => {
  if (id === undefined || !/^ami-[0-9a-f]+$/.test(id)) return undefined
  const { Images } = recordOf(await aws('ec2', 'DescribeImages', { ImageIds: [id] }))
  return listOf(Images)
    .map(recordOf)
    .find((each) => each.ImageId === id)
}
