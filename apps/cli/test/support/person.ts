import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { type CallToolResult, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { type Ready, tokenOf } from './sandbox.ts'

/** What the person was asked, and said to it. */
export interface Question {
  readonly message: string
  readonly reply: 'yes' | 'no'
}

/** What a call came to, and what the person was asked before. */
export interface Answered {
  readonly text: string
  readonly isError: boolean
  readonly data: Record<string, unknown>
  readonly error?: Record<string, unknown>
  readonly questions: readonly Question[]
  readonly result: CallToolResult
}

/** A user of the sandbox with the official client. */
export interface Person extends AsyncDisposable {
  call(name: string, args?: Record<string, unknown>): Promise<Answered>
  prompt(name: string, args: Record<string, string>): Promise<string>
  listTools(): ReturnType<Client['listTools']>
}

/** How a client deals with forms: it answers them with yes or no, or has none. */
export type Forms = 'accepts' | 'declines' | 'none'

/** Signs a user of a tenant in; the client closes when it goes out of scope. */
export const signIn = async (ready: Ready, tenant: string, user: string, forms: Forms): Promise<Person> => {
  const capabilities = forms === 'none' ? {} : { elicitation: {} }
  const client = new Client({ name: 'flows', version: '1.0.0' }, { capabilities })
  const questions: Question[] = []
  if (forms !== 'none') {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      const accepts = forms === 'accepts'
      questions.push({ message: params.message, reply: accepts ? 'yes' : 'no' })
      return accepts
        ? { action: 'accept' as const, content: { confirm: true } }
        : { action: 'decline' as const }
    })
  }
  const requestInit = { headers: { authorization: `Bearer ${tokenOf(ready, tenant, user)}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(ready.url), { requestInit }) as never)
  return {
    async call(name, args = {}) {
      questions.length = 0
      const result = (await client.callTool({ name, arguments: args })) as CallToolResult
      const { data = {}, error } = (result.structuredContent ?? {}) as {
        data?: Record<string, unknown>
        error?: Record<string, unknown>
      }
      return {
        text: result.content.flatMap((part) => (part.type === 'text' ? part.text : [])).join('\n'),
        isError: result.isError === true,
        data,
        ...(error && { error }),
        questions: [...questions],
        result,
      }
    },
    async prompt(name, args) {
      const { messages } = await client.getPrompt({ name, arguments: args })
      return messages.flatMap(({ content }) => (content.type === 'text' ? content.text : [])).join('\n')
    },
    listTools: () => client.listTools(),
    [Symbol.asyncDispose]: () => client.close(),
  }
}
