import {
  type AnyTool,
  definePrompt,
  defineResource,
  defineTool,
  needInput,
  offerOf,
  type Prompt,
  type Resource,
} from '@gateway/domain'
import { z } from 'zod'
import { sampleTools } from './sample-tools.ts'

const resource = (uri: string, access: Resource['access'] = 'read'): Resource =>
  defineResource({
    uri,
    name: uri.replace(/\W+/g, '-'),
    title: 'A resource',
    description: 'Something to read.',
    mimeType: 'text/plain',
    access,
    iamActions: [],
    read: async (_context, { uri: read, variables }) => [
      { uri: read, mimeType: 'text/plain', text: JSON.stringify(variables) },
    ],
  })

/** Two resources that all may read, a template with suggestions, and one that takes more than reading. */
export const sampleResources: readonly Resource[] = [
  resource('test://text'),
  {
    ...resource('test://blob'),
    read: async () => [{ uri: 'test://blob', mimeType: 'image/png', blob: 'AAAA' }],
  },
  {
    ...resource('test://items/{item}'),
    complete: {
      item: (_grant, typed) => ['apple', 'apricot', 'banana'].filter((each) => each.startsWith(typed)),
    },
  },
  resource('test://secret', 'sensitive-read'),
  resource('test://change/{item}', 'write'),
]

const askName = needInput({
  name: {
    method: 'elicitation/create',
    params: {
      mode: 'form',
      message: 'Your name?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    },
  },
})

export const samplePrompts: readonly Prompt[] = [
  definePrompt({
    name: 'review',
    title: 'Review',
    description: 'Asks for a review.',
    arguments: [
      {
        name: 'what',
        description: 'what to review',
        required: true,
        complete: (_grant, typed) => Array.from({ length: 150 }, (_, n) => `${typed}${n}`),
      },
      { name: 'how', description: 'how', required: false },
    ],
    get: async (_context, { what = '' }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: `Review ${what}.` } }],
    }),
  }),
  definePrompt({
    name: 'greeting',
    title: 'Greeting',
    description: 'Asks for a name first.',
    arguments: [],
    get: async ({ answers }) =>
      answers.name ? { messages: [{ role: 'user', content: { type: 'text', text: 'Hello.' } }] } : askName,
  }),
]

const job = defineTool({
  name: 'aws_ec2_run_job',
  title: 'Run a job',
  description: 'Runs long.',
  access: 'read',
  iamActions: [],
  idempotent: true,
  taskSupport: 'optional',
  input: z.strictObject({ size: z.number().optional().meta({ 'x-mcp-header': 'Size' }) }),
  output: z.object({ done: z.boolean() }),
  run: async () => ({ data: { done: true } }),
})

/** Tools that may, must, or first ask to become tasks. */
const sampleJobs: readonly AnyTool[] = [
  job,
  { ...job, name: 'aws_ec2_only_job', taskSupport: 'required' },
  { ...job, name: 'aws_ec2_asking_job', asksBeforeTask: true },
]

/** All samples together. */
export const sampleOffer = offerOf({
  tools: [...sampleTools, ...sampleJobs],
  prompts: samplePrompts,
  resources: sampleResources,
})
