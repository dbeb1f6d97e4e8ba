import { definePrompt, type Prompt } from '../prompt.ts'
import { defineResource, type Resource } from '../resource.ts'

/** A resource that anybody may read, with changes. */
export const resource = (changes: Partial<Resource>): Resource =>
  defineResource({
    uri: 'test://one',
    name: 'one',
    title: 'One',
    description: 'The one.',
    mimeType: 'text/plain',
    access: 'read',
    iamActions: [],
    read: async (_context, { uri, variables }) => [
      { uri, mimeType: 'text/plain', text: JSON.stringify(variables) },
    ],
    ...changes,
  })

/** A prompt with one argument that is needed and one that is not, with changes. */
export const prompt = (changes: Partial<Prompt>): Prompt =>
  definePrompt({
    name: 'review',
    title: 'Review',
    description: 'Asks for a review.',
    arguments: [
      { name: 'what', description: 'what to review', required: true },
      { name: 'how', description: 'how to', required: false },
    ],
    get: async (_context, args) => ({
      messages: [{ role: 'user', content: { type: 'text', text: JSON.stringify(args) } }],
    }),
    ...changes,
  })
