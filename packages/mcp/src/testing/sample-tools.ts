import { type AnyTool, defineTool } from '@gateway/domain'
import { z } from 'zod'

const listThings = defineTool({
  name: 'aws_ec2_list_things',
  title: 'List things',
  description: 'Lists things.',
  access: 'read',
  iamActions: ['ec2:DescribeThings'],
  idempotent: true,
  input: z.strictObject({ filter: z.string().optional() }),
  output: z.object({ things: z.array(z.string()) }),
  run: async () => ({ data: { things: ['one'] } }),
})

const removeThing: AnyTool = {
  ...listThings,
  name: 'aws_ec2_remove_thing',
  title: 'Remove a thing',
  access: 'destructive',
  idempotent: false,
}

/** A tool of each kind, not in the order of their names. */
export const sampleTools: readonly AnyTool[] = [removeThing, listThings]
