import { z } from 'zod'
import { type AnyTool, defineTool } from '../tool.ts'

/** A tool that pages: `token` is AWS's token inside, and our cursor outside. */
export const listThings = defineTool({
  name: 'aws_ec2_list_things',
  title: 'List things',
  description: 'Lists things of one account and region.',
  access: 'read',
  iamActions: ['ec2:DescribeThings'],
  idempotent: true,
  cursorField: 'token',
  listField: 'things',
  input: z.strictObject({
    filter: z.string().max(20).optional(),
    token: z.string().optional(),
  }),
  output: z.object({ things: z.array(z.object({ name: z.string() })) }),
  async run(context, { filter, token }) {
    const page = (await context.aws('ec2', 'DescribeThings', { filter, token })) as {
      names: string[]
      token?: string
    }
    return { data: { things: page.names.map((name) => ({ name })) }, next: page.token }
  },
})

/** A tool that changes something. */
export const removeThing = defineTool({
  name: 'aws_ec2_remove_thing',
  title: 'Remove a thing',
  description: 'Removes a thing.',
  access: 'destructive',
  iamActions: ['ec2:RemoveThing'],
  idempotent: false,
  input: z.strictObject({ id: z.string() }),
  output: z.object({ removed: z.boolean() }),
  async run(context, { id }) {
    await context.aws('ec2', 'RemoveThing', { id })
    return { data: { removed: true } }
  },
})

/** `listThings` with other work. */
export const toolThat = (run: AnyTool['run']): AnyTool => ({ ...listThings, run })
