import { z } from 'zod'
import { longestQuery } from './project.ts'

/** IAM prefix of a service. */
export const serviceName = z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be an IAM prefix such as ec2')

/** Name of an operation. */
export const operationName = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9]{1,99}$/, 'must be an operation such as DescribeInstances')

/** The input of an operation as JSON. */
export const operationParams = z.record(z.string(), z.unknown())

/** JMESPath. */
export const jmesPath = z.string().min(1).max(longestQuery)
