import { type AnyTool, defineTool, type Resource } from '@gateway/domain'
import { z } from 'zod'

/** A tool that reads a resource: its text, or null where there is none. */
export const reading = (resource: Resource, variables: Readonly<Record<string, string>>): AnyTool => {
  const { access, iamActions } = resource.scopeOf?.(variables) ?? resource
  return defineTool({
    name: 'aws_read',
    title: 'Read',
    description: 'Reads.',
    access,
    iamActions,
    ...(resource.generic && { generic: true }),
    idempotent: true,
    input: z.strictObject({}),
    output: z.unknown(),
    async run(context) {
      const contents = await resource.read(context, { uri: 'aws://this', variables })
      return { data: Array.isArray(contents) ? JSON.parse(contents[0]?.text ?? 'null') : null }
    },
  })
}
