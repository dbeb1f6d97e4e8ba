import { messagesIn, type Wire } from './wire.ts'

/** Things that a client does, by name; each throws when it does not go as it should. */
export type Activities = Readonly<Record<string, () => Promise<void>>>

/** A client of 2025-11-25: its activities in a session, and how to open and end that. */
export const legacyClient = (wire: Wire) => {
  let session: Readonly<Record<string, string>> = {}
  let lastId = 0
  const request = (method: string, params: object = {}, heard?: Parameters<Wire['request']>[2]) =>
    wire.request(session, { id: ++lastId, method, params }, heard)

  const open = async (): Promise<void> => {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {}, sampling: {} },
      clientInfo: { name: 'soak', version: '1' },
    }
    const body = { jsonrpc: '2.0', id: ++lastId, method: 'initialize', params }
    const answer = await wire.open('POST', {}, body)
    const id = answer.headers.get('mcp-session-id')
    await answer.body?.cancel()
    if (id === null) throw new Error(`${answer.status}: no session`)
    session = { 'mcp-session-id': id }
    await wire.tell(session, { method: 'notifications/initialized' })
  }

  const end = async (): Promise<void> => {
    const answer = await wire.open('DELETE', session)
    await answer.body?.cancel()
    if (answer.status !== 204) throw new Error(`${answer.status}: the session did not end`)
  }

  const activities: Activities = {
    async reopen() {
      await end()
      await open()
    },
    async ping() {
      await request('ping')
    },
    async list() {
      await request('tools/list')
    },
    async call() {
      await request('tools/call', { name: 'aws_whoami', arguments: {} })
    },
    async progress() {
      let steps = 0
      await request('tools/call', progressing, async ({ method }) => {
        if (method === 'notifications/progress') steps++
      })
      if (steps !== 3) throw new Error(`${steps} reports of progress`)
    },
    async resources() {
      await request('resources/list')
      await request('resources/read', { uri: 'test://static-text' })
    },
    async prompts() {
      await request('prompts/get', { name: 'test_simple_prompt' })
    },
    async completion() {
      await request('completion/complete', completing)
    },
    async elicitation() {
      const content = { username: 'soak', email: 'soak@example.com' }
      await request('tools/call', asking, async ({ id, method }) => {
        if (method === 'elicitation/create')
          await wire.tell(session, { id, result: { action: 'accept', content } })
      })
    },
    async stream() {
      const drop = new AbortController()
      const answer = await wire.open('GET', session, undefined, drop.signal)
      if (answer.status !== 200) throw new Error(`${answer.status}: no stream`)
      drop.abort()
    },
    async changes() {
      const drop = new AbortController()
      const answer = await wire.open('GET', session, undefined, drop.signal)
      await request('tools/call', { name: 'test_trigger_tool_change', arguments: {} })
      for await (const { method } of messagesIn(answer))
        if (method === 'notifications/tools/list_changed') break
      drop.abort()
    },
  }
  return { open, end, activities }
}

/** Params that both kinds of client send. */
export const progressing = { name: 'test_tool_with_progress', arguments: {}, _meta: { progressToken: 'p' } }
export const completing = {
  ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' },
  argument: { name: 'arg1', value: 'par' },
}
const asking = { name: 'test_elicitation', arguments: { message: 'Who are you?' } }
