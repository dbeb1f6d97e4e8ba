import { patternedText } from '../bounded-text.ts'

const idOf = (prefix: string, what: string) =>
  patternedText(
    new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`),
    `${what} such as ${prefix}-0123456789abcdef0`,
  )

/** Id of an instance. */
export const instanceId = idOf('i', 'an instance id')

/** Id of an image. */
export const imageId = idOf('ami', 'an image id')

/** Id of a subnet. */
export const subnetId = idOf('subnet', 'a subnet id')

/** Id of a security group. */
export const securityGroupId = idOf('sg', 'a security group id')

/** Name of an instance type; whether there is such a type is for AWS to say. */
export const instanceType = patternedText(
  /^[a-z0-9-]{1,40}\.[a-z0-9-]{1,40}$/,
  'an instance type such as t3.micro',
)
