import type { AnyTool } from '@gateway/domain'
import { ec2DescribeInstances } from './ec2/describe-instances.ts'
import { s3GetObject } from './s3/get-object.ts'
import { s3ListObjects } from './s3/list-objects.ts'
import { whoami } from './whoami.ts'

/** Every tool that is live. */
export const tools: readonly AnyTool[] = [whoami, ec2DescribeInstances, s3ListObjects, s3GetObject]
