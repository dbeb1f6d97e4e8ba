import { z } from 'zod'
import { takesTicket } from './confirmation/needs.ts'
import type { Grant } from './grant.ts'
import { columnsOf, fieldsInput, withoutRequiredColumns } from './select-fields.ts'
import { isRead, usesAws } from './target.ts'
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
  /** MCP Apps (SEP-1865): the page that shows the answer; clients without the extension pass over it. */
  readonly _meta?: { readonly ui: { readonly resourceUri: string } }
}

/** The tool as one caller sees it: `account` and `region` are offered only where they matter and there is a choice. */
export const describeTool = (tool: AnyTool, grant: Grant): ToolDescription => {
  const readOnly = isRead(tool)
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: objectSchema(
      extended(tool.input, {
        ...(columnsOf(tool) && { fields: fieldsInput }),
        ...(usesAws(tool) && choices(tool, grant)),
      }),
      'input',
    ),
    outputSchema: {
      ...withoutRequiredColumns(
        tool,
        objectSchema(
          envelope.extend({ data: tool.output, ...(tool.acrossRegions && { regions }) }),
          'output',
        ),
      ),
      // Clients check refusals against this schema too, so it has room for them.
      required: [],
      anyOf: [
        { required: ['data', 'receipt', 'untrusted'] },
        ...(tool.acrossRegions ? [{ required: ['regions', 'receipt', 'untrusted'] }] : []),
        { required: ['error'] },
      ],
    },
    annotations: {
      title: tool.title,
      readOnlyHint: readOnly,
      destructiveHint: !readOnly && tool.access !== 'spend',
      idempotentHint: tool.idempotent,
      openWorldHint: true,
    },
    ...(tool.view !== undefined && { _meta: { ui: { resourceUri: tool.view } } }),
  }
}

const choices = (tool: AnyTool, grant: Grant): z.ZodRawShape => {
  const { accounts, tenant } = grant
  const aliases = accounts.map(({ account }) => account.alias)
  const { allowedRegions } = tenant.permissions
  const account = oneOf(aliases)
  return {
    ...(takesTicket(tool, grant) && {
      confirmation: z.string().optional(),
    }),
    ...(aliases.length > 1 && {
      account: isRead(tool) ? account.optional().describe(`default ${aliases[0]}`) : account,
    }),
    ...(allowedRegions.length > 1 && {
      region: oneOf(allowedRegions).optional(),
      ...(tool.acrossRegions && {
        regions: z
          .array(oneOf(allowedRegions))
          .min(1)
          .max(allowedRegions.length)
          .optional()
          .describe('instead of region'),
      }),
    }),
  }
}

/** Many names in every tool would cost a model more than one refusal that lists them; `aws_whoami` has them, too. */
const oneOf = (names: readonly string[]) => (names.length <= 4 ? z.enum(names) : z.string())

/** The answers of several regions; those that have `data` have it in the shape of the tool's own. */
const regions = z
  .array(z.looseObject({ region: z.string() }))
  .optional()
  .describe('where regions was given: data, nextCursor, truncated or error of each')

const envelope = z.object({
  data: z.unknown(),
  nextCursor: z.string().optional(),
  truncated: z.boolean().optional(),
  cut: z.unknown().optional(),
  // Every tool of a list repeats this, so it says no more than it must.
  receipt: z.record(z.string(), z.string()).describe('tenant, account, role, region, action, AWS request id'),
  untrusted: z.literal(true),
  error: z.looseObject({}).optional(),
})

/** With more fields; `extend` alone forgets what the tool says of its schema as a whole. */
const extended = (schema: z.ZodObject, fields: z.ZodRawShape): z.ZodObject =>
  schema.extend(fields).meta(schema.meta() ?? {})

const objectSchema = (schema: z.ZodObject, io: 'input' | 'output'): ToolDescription['inputSchema'] => {
  const override = io === 'input' ? withoutBounds : () => {}
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', override })
  // Zod states it for every schema; only where the tool does so itself is it worth the tokens.
  const $schema = schema.meta()?.$schema
  return { ...($schema !== undefined && { $schema }), ...rest, type: 'object' }
}

/** Lengths and patterns of texts and lists are checked and not shown: they would cost every model tokens, and help none. */
const withoutBounds = ({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void => {
  for (const bound of ['minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'] as const)
    delete jsonSchema[bound]
}
