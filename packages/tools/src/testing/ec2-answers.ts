import type { CannedAnswer } from './canned-aws.ts'

/** `eu-west-1 ec2 POST / Action=…`, as `requestText` tells a request to EC2. */
export const ec2Asked = (action: string, form = ''): string =>
  `eu-west-1 ec2 POST / Action=${action}&Version=2016-11-15${form}`

/** What EC2 answers: `body` is the inside of the response element. */
export const ec2Answer = (action: string, body: string): CannedAnswer => ({
  headers: { 'content-type': 'text/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>`,
})

/** An error of EC2. */
export const ec2Error = (status: number, code: string, message = 'No.'): CannedAnswer => ({
  status,
  headers: { 'x-amz-request-id': 'aws-request-9' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>aws-request-9</RequestID></Response>`,
})

/** How EC2 says that a dry run is allowed. */
export const dryRunAllowed = ec2Error(
  412,
  'DryRunOperation',
  'Request would have succeeded, but DryRun flag is set.',
)

/** The answer of StartInstances (`start`), StopInstances (`stop`) or TerminateInstances (`terminate`). */
export const stateChange = (action: 'Start' | 'Stop' | 'Terminate', from: string, to: string): CannedAnswer =>
  ec2Answer(
    `${action}Instances`,
    `<instancesSet><item><instanceId>${id}</instanceId><currentState><code>0</code><name>${to}</name></currentState><previousState><code>0</code><name>${from}</name></previousState></item></instancesSet>`,
  )

/** The instance of most tests. */
export const id = 'i-0123456789abcdef0'

/** DescribeInstances of that instance. */
export const describeAsked = ec2Asked('DescribeInstances', `&InstanceId.1=${id}`)

/** It as DescribeInstances has it. */
export const described = (
  state: string,
  of: { type?: string; tags?: Readonly<Record<string, string>>; more?: string } = {},
): CannedAnswer => {
  const { type = 't3.micro', tags = {}, more = '' } = of
  const tagSet = Object.entries(tags).map(
    ([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`,
  )
  return ec2Answer(
    'DescribeInstances',
    `<reservationSet><item><reservationId>r-1</reservationId><instancesSet><item><instanceId>${id}</instanceId><instanceType>${type}</instanceType><architecture>x86_64</architecture><instanceState><code>0</code><name>${state}</name></instanceState>${more}<tagSet>${tagSet.join('')}</tagSet></item></instancesSet></item></reservationSet>`,
  )
}

/** DescribeInstances that finds nothing. */
export const describedNone = ec2Answer('DescribeInstances', '<reservationSet/>')

/** DescribeInstanceTypes of one type. */
export const typeAsked = (type: string): string =>
  ec2Asked('DescribeInstanceTypes', `&InstanceType.1=${type}`)

/** A type as DescribeInstanceTypes has it. */
export const describedType = (type: string, architecture = 'x86_64'): CannedAnswer =>
  ec2Answer(
    'DescribeInstanceTypes',
    `<instanceTypeSet><item><instanceType>${type}</instanceType><processorInfo><supportedArchitectures><item>${architecture}</item></supportedArchitectures></processorInfo><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>8192</sizeInMiB></memoryInfo></item></instanceTypeSet>`,
  )
