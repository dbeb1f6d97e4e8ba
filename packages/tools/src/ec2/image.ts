import type { Image } from '@aws-sdk/client-ec2'
import { GatewayError, type ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** One image; where there is none, AWS refuses. */
export const imageOf = async (context: ToolContext, imageId: string): Promise<Image> => {
  const { Images = [] } = await typedAws(context, 'ec2', 'DescribeImages', { ImageIds: [imageId] })
  const image = Images.find((each) => each.ImageId === imageId)
  if (!image) throw new GatewayError('invalid_arguments', 'imageId: no such image here.')
  return image
}
