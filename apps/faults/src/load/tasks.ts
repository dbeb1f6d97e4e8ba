import type { Kind } from '../attempt.ts'
import type { Params } from './wires.ts'

/** One thing that a client wants. */
export interface Task {
  readonly kind: Kind
  readonly tool: string
  readonly method: string
  readonly params?: Params
  readonly key?: string
}

/** What tasks work on. */
export interface Place {
  readonly account: string
  readonly bucket: string
}

/** An image that the stand-in knows from the start. */
const imageId = 'ami-760aaa0f'

/** Draws the next thing that a client wants: mostly reads, and writes each of which has a key of its own. */
export const nextTask = (chance: number, key: string, { account, bucket }: Place): Task => {
  if (chance < 0.12) return { kind: 'plain', tool: 'tools/list', method: 'tools/list' }
  if (chance < 0.4) return called('read', 'aws_whoami', {})
  if (chance < 0.6) return called('read', 'aws_ec2_describe_instances', { account, maxResults: 5 })
  if (chance < 0.8) return called('read', 'aws_s3_list_objects', { account, bucket, maxKeys: 5 })
  if (chance < 0.97) {
    const input = { account, bucket, key, body: `written once by ${key}` }
    return { ...called('write', 'aws_s3_put_object', input), key }
  }
  const launch = { account, imageId, instanceType: 't3.micro', count: 1, name: key }
  return { ...called('write', 'aws_ec2_launch_instances', launch), key }
}

const called = (kind: Kind, name: string, input: object): Task => ({
  kind,
  tool: name,
  method: 'tools/call',
  params: { name, arguments: input },
})
