import {
  type AnyTool,
  describeTool,
  type Grant,
  isTemplate,
  type Prompt,
  packs,
  type Resource,
} from '@gateway/domain'
import { z } from 'zod'
import { type JsonSchema, schemaRows } from './schema-rows.ts'

/** What the catalogue holds. */
export interface Catalogue {
  readonly tools: readonly AnyTool[]
  readonly resources: readonly Resource[]
  readonly prompts: readonly Prompt[]
}

/** The reference of tools, resources and prompts, as Markdown, from their declarations alone; `grant` has all choices. */
export const toolsReference = ({ tools, resources, prompts }: Catalogue, grant: Grant): string => {
  const shown = tools.map((tool) => ({ tool, ...describeTool(tool, grant), tokens: tokensOf(tool, grant) }))
  const total = shown.reduce((sum, { tokens }) => sum + tokens, 0)
  const index = [undefined, ...packs].flatMap((pack) =>
    shown
      .filter(({ tool }) => tool.pack === pack)
      .map(({ tool, name, title, tokens }) => [
        pack ?? 'always there',
        `[\`${name}\`](#${name})`,
        title,
        tool.access,
        String(tokens),
      ]),
  )
  return [
    '# Tools, resources and prompts',
    'Made from the catalogue by `npm run generate`; do not edit.',
    '## Tools',
    `The list costs a model about ${total} tokens (name, description and input schema; four characters to a token). Which tools a caller sees is for its tenant's packs, policy and scopes to say.`,
    table(['Pack', 'Tool', 'What it does', 'Class', 'Tokens'], index),
    'Input of most tools, added by the gateway where a tenant has a choice: `account` (an alias), `region`, and for some `regions` (several at once). A tool that lists records takes `fields`, the columns to keep. Its cursor is the `nextCursor` of the answer before.',
    'Every answer has `data`, `receipt` and `untrusted`; `nextCursor` and `truncated` where there is more; and `cut` where it was longer than 32,000 characters: which list has how many of its records (`list`, `shown`, `of`), and what is cut inside of them (`inside`, `texts`). A refusal has `error` instead.',
    ...shown.flatMap(toolSection),
    '## Resources',
    ...resources.flatMap(resourceSection),
    '## Prompts',
    ...prompts.flatMap(promptSection),
  ]
    .join('\n\n')
    .concat('\n')
}

/** What a tool costs in a list that a model reads, at about four characters to a token. */
const tokensOf = (tool: AnyTool, grant: Grant): number => {
  const { name, description, inputSchema } = describeTool(tool, grant)
  return Math.ceil(JSON.stringify({ name, description, inputSchema }).length / 4)
}

/** Added to the input by the gateway, and told once for all tools. */
const added = ['account', 'region', 'regions']

type Shown = ReturnType<typeof describeTool> & { readonly tool: AnyTool; readonly tokens: number }

const toolSection = (shown: Shown): readonly string[] => {
  const { tool, name, title, description, inputSchema, annotations, tokens } = shown
  const input = schemaRows(inputSchema as JsonSchema)
  const own = input.filter(([path]) => !added.includes(path))
  // As the tool declares it; in the catalogue no column is required, since fields may leave any out.
  const data = z.toJSONSchema(tool.output, { io: 'output', target: 'draft-2020-12', unrepresentable: 'any' })
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations
  const hints = Object.entries({ readOnlyHint, destructiveHint, idempotentHint, openWorldHint })
  return [
    `### ${name}`,
    `**${title}.** ${text(description)}`,
    table(
      ['', ''],
      [
        ['Class', tool.access],
        ['Pack', tool.pack ?? 'none: always there'],
        ['IAM actions', actionsOf(tool)],
        ['Hints', hints.map(([hint, value]) => `\`${hint}: ${value}\``).join(', ')],
        ['Aimed by', codes(input.map(([path]) => path).filter((path) => added.includes(path))) || 'nothing'],
        ...(tool.cursorField ? [['Cursor', `\`${tool.cursorField}\``]] : []),
        ...(tool.taskSupport ? [['Tasks', tool.taskSupport]] : []),
        ...(tool.view ? [['View', `\`${tool.view}\``]] : []),
        ['Tokens in a list', String(tokens)],
      ],
    ),
    own.length === 0 ? 'No input of its own.' : rows(['Input', 'Type', 'Required', 'Notes'], own),
    rows(['Output (`data`)', 'Type', 'Always', 'Notes'], schemaRows(data as JsonSchema)),
  ]
}

/** Those of every call, then those of some of them. */
const actionsOf = ({ iamActions, scopes = [], generic }: AnyTool): string => {
  if (generic) return codes(iamActions) || 'those of the operation'
  const more = scopes.flatMap((scope) => scope.iamActions).filter((action) => !iamActions.includes(action))
  const some = more.length > 0 && `by what is asked: ${codes([...new Set(more)])}`
  return [codes(iamActions), some].filter(Boolean).join('; ') || 'none: AWS is not asked'
}

const resourceSection = (resource: Resource): readonly string[] => [
  `### ${resource.name}`,
  `**${resource.title}.** ${text(resource.description)}`,
  table(
    ['', ''],
    [
      [isTemplate(resource.uri) ? 'URI template' : 'URI', `\`${resource.uri}\``],
      ['Media type', `\`${resource.mimeType}\``],
      ['Class', resource.access],
      ['IAM actions', codes(resource.iamActions) || 'none: AWS is not asked'],
      ...(resource.complete ? [['Completes', codes(Object.keys(resource.complete))]] : []),
    ],
  ),
]

const promptSection = (prompt: Prompt): readonly string[] => [
  `### ${prompt.name}`,
  `**${prompt.title}.** ${text(prompt.description)}`,
  prompt.arguments.length === 0
    ? 'No arguments.'
    : table(
        ['Argument', 'Required', 'Notes'],
        prompt.arguments.map(({ name, required, description }) => [
          `\`${name}\``,
          required ? 'yes' : 'no',
          text(description),
        ]),
      ),
]

const rows = (head: readonly string[], all: ReturnType<typeof schemaRows>): string =>
  table(
    head,
    all.map(([path, type, required, notes]) => [
      path && `\`${path}\``,
      text(type),
      required ? 'yes' : 'no',
      text(notes),
    ]),
  )

const codes = (all: readonly string[]): string => all.map((each) => `\`${each}\``).join(', ')

/** Words of a declaration as Markdown, in which they mean nothing but themselves. */
const text = (words: string): string => words.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]|]/g, '\\$&')

const table = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
