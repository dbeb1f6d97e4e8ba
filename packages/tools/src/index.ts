import type { AnyTool, Prompt, Resource } from '@gateway/domain'
import { accountInfo, oneAccountInfo } from './account-info.ts'
import { accountOverview } from './account-overview.ts'
import { ec2DescribeInstances } from './ec2/describe-instances.ts'
import { s3GetObject } from './s3/get-object.ts'
import { s3ListObjects } from './s3/list-objects.ts'
import { whoami } from './whoami.ts'

/** Every tool that is live. */
export const tools: readonly AnyTool[] = [whoami, ec2DescribeInstances, s3ListObjects, s3GetObject]

/** Every resource that is live. */
export const resources: readonly Resource[] = [accountInfo, oneAccountInfo]

/** Every prompt that is live. */
export const prompts: readonly Prompt[] = [accountOverview]
