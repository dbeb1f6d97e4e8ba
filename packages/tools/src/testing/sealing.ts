import { defineTool, type Grant, type RunningOperation } from '@gateway/domain'
import { z } from 'zod'
import { operator } from './grant.ts'
import { toolLine } from './tool-line.ts'

/** The id of a running operation, as a tool gives it to a user in the account and region of its call. */
export const operationIdOf = async (
  operation: RunningOperation,
  {
    as = operator,
    ...args
  }: { readonly as?: Grant; readonly account?: string; readonly region?: string } = {},
): Promise<string> => {
  const tool = defineTool({
    name: 'aws_seal',
    title: 'Seal',
    description: 'Seals.',
    access: 'read',
    // Without one there would be no account.
    iamActions: ['cloudformation:DescribeStacks'],
    idempotent: true,
    input: z.strictObject({}),
    output: z.string(),
    run: async ({ operations }) => ({ data: operations.seal(operation) }),
  })
  const nothing = { url: 'http://127.0.0.1:9', async [Symbol.asyncDispose]() {} }
  const { data } = await toolLine(tool, nothing, { as }).run({ account: 'prod', ...args })
  return data
}
