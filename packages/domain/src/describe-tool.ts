import { z } from 'zod'
import type { Grant } from './grant.ts'
import { receiptSchema } from './receipt.ts'
import type { AnyTool } from './tool.ts'

/** A tool as `tools/list` shows it (MCP `Tool`). */
export interface ToolDescription {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
  readonly outputSchema: { readonly type: 'object'; readonly [key: string]: unknown }
  readonly annotations: {
    readonly title: string
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint: boolean
    readonly openWorldHint: true
  }
}

/** The tool as one caller sees it: `account` and `region` are offered only where they matter and there is a choice. */
export const describeTool = (tool: AnyTool, grant: Grant): ToolDescription => {
  const readOnly = tool.access === 'read' || tool.access === 'sensitive-read'
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: objectSchema(tool.input.extend(tool.iamActions.length > 0 ? choices(grant) : {}), 'input'),
    outputSchema: {
      ...objectSchema(envelope.extend({ data: tool.output }), 'output'),
      // Clients check refusals against this schema too, so it has room for them.
      required: [],
      anyOf: [{ required: ['data', 'receipt', 'untrusted'] }, { required: ['error'] }],
    },
    annotations: {
      title: tool.title,
      readOnlyHint: readOnly,
      destructiveHint: !readOnly && tool.access !== 'spend',
      idempotentHint: tool.idempotent,
      openWorldHint: true,
    },
  }
}

const choices = ({ accounts, tenant }: Grant): z.ZodRawShape => {
  const aliases = accounts.map(({ account }) => account.alias)
  const { allowedRegions } = tenant.permissions
  return {
    ...(aliases.length > 1 && {
      account: z.enum(aliases).optional().describe(`AWS account; default ${aliases[0]}`),
    }),
    ...(allowedRegions.length > 1 && {
      region: z.enum(allowedRegions).optional().describe("default: the account's own"),
    }),
  }
}

const envelope = z.object({
  data: z.unknown(),
  nextCursor: z.string().optional(),
  truncated: z.boolean().optional(),
  receipt: receiptSchema,
  untrusted: z.literal(true),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
})

const objectSchema = (schema: z.ZodObject, io: 'input' | 'output'): ToolDescription['inputSchema'] => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return { ...rest, type: 'object' }
}
