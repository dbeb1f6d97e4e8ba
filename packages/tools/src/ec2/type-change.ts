import type { InstanceTypeInfo } from '@aws-sdk/client-ec2'
import { GatewayError, type ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'
import { findInstance } from './find-instance.ts'
import { isListedInstance } from './prices.ts'
import { tagsOf } from './tags.ts'

/** What changing the type of an instance would mean. */
export interface TypeChange {
  readonly tags: Readonly<Record<string, string>>
  readonly from: string
  readonly state: string
  /** Whether it costs what the table of prices says. */
  readonly listed: boolean
  /** Of the new type; absent where the instance is of that type already. */
  readonly to?: InstanceTypeInfo
}

/** Looks whether an instance can become of another type, and refuses what AWS would refuse only after it was stopped. */
export const typeChangeOf = async (
  context: ToolContext,
  of: { instanceId: string; instanceType: string; stopIfNeeded?: boolean | undefined },
): Promise<TypeChange> => {
  const instance = await findInstance(context, of.instanceId)
  const { InstanceType: from = '', Architecture = '', State } = instance
  const state = State?.Name ?? ''
  const known = { tags: tagsOf(instance), from, state, listed: isListedInstance(instance) }
  if (from === of.instanceType) return known
  const stoppable = of.stopIfNeeded && (state === 'running' || state === 'stopping')
  if (state !== 'stopped' && !stoppable) {
    throw new GatewayError(
      'invalid_arguments',
      state === 'running'
        ? 'The instance is running, and only the type of a stopped one can change: stop it first, or set stopIfNeeded.'
        : `The instance is ${state}; only the type of a stopped one can change.`,
    )
  }
  return { ...known, to: await typeFor(context, of.instanceType, Architecture) }
}

/** A type of the region that runs images of an architecture; where it is none of the region, AWS refuses. */
export const typeFor = async (
  context: ToolContext,
  instanceType: string,
  architecture: string,
): Promise<InstanceTypeInfo> => {
  const { InstanceTypes = [] } = await typedAws(context, 'ec2', 'DescribeInstanceTypes', {
    InstanceTypes: [instanceType as never],
  })
  const found = InstanceTypes.find((each) => each.InstanceType === instanceType)
  if (!found)
    throw new GatewayError('invalid_arguments', 'instanceType: there is no such type in this region.')
  const architectures: readonly string[] = found.ProcessorInfo?.SupportedArchitectures ?? []
  if (!architectures.includes(architecture)) {
    throw new GatewayError(
      'invalid_arguments',
      `instanceType: it runs ${architectures.join(', ')}, and the image is built for ${architecture}.`,
    )
  }
  return found
}

/** Size of a type, as a plan tells it. */
export const sizeOf = ({ VCpuInfo, MemoryInfo }: InstanceTypeInfo) => ({
  vCpus: VCpuInfo?.DefaultVCpus,
  memoryMiB: MemoryInfo?.SizeInMiB,
})
