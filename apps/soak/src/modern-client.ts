import { setTimeout as sleep } from 'node:timers/promises'
import { type Activities, completing, progressing } from './legacy-client.ts'
import { messagesIn, type Wire } from './wire.ts'

const revision = '2026-07-28'

/** Tasks of one client. */
const mostTasks = 3

/** The activities of a client of 2026-07-28, which needs no session. */
export const modernClient = (wire: Wire): Activities => {
  let lastId = 0
  const tasks: string[] = []
  const envelope = (method: string, params: Params) => {
    const named = params.name ?? params.uri ?? params.taskId
    const meta = {
      'io.modelcontextprotocol/protocolVersion': revision,
      'io.modelcontextprotocol/clientCapabilities': {
        elicitation: {},
        extensions: { 'io.modelcontextprotocol/tasks': {} },
      },
      'io.modelcontextprotocol/clientInfo': { name: 'soak', version: '1' },
    }
    return {
      headers: {
        'mcp-protocol-version': revision,
        'mcp-method': method,
        ...(named !== undefined && { 'mcp-name': named }),
      },
      message: { id: ++lastId, method, params: { ...params, _meta: { ...meta, ...params._meta } } },
    }
  }
  const request = (method: string, params: Params = {}) => {
    const { headers, message } = envelope(method, params)
    return wire.request(headers, message)
  }

  const untilTask = async (taskId: unknown, status: string): Promise<void> => {
    for (let look = 0; look < 100; look++) {
      const task = await request('tasks/get', { taskId: String(taskId) })
      if (task.status === status) return
      await sleep(100)
    }
    throw new Error(`the task never was ${status}`)
  }

  return {
    async discover() {
      await request('server/discover')
    },
    async list() {
      await request('tools/list')
    },
    async call() {
      await request('tools/call', { name: 'aws_whoami', arguments: {} })
    },
    async progress() {
      await request('tools/call', progressing)
    },
    async resources() {
      await request('resources/read', { uri: 'test://template/7/data' })
    },
    async prompts() {
      await request('prompts/get', { name: 'test_simple_prompt' })
    },
    async completion() {
      await request('completion/complete', completing)
    },
    async elicitation() {
      const params = { name: 'test_input_required_result_request_state', arguments: {} }
      const { requestState } = await request('tools/call', params)
      const inputResponses = { confirm: { action: 'accept', content: { ok: true } } }
      await request('tools/call', { ...params, inputResponses, requestState })
    },
    async listen() {
      const drop = new AbortController()
      const { headers, message } = envelope('subscriptions/listen', {
        notifications: { toolsListChanged: true },
      })
      const answer = await wire.open('POST', headers, { jsonrpc: '2.0', ...message }, drop.signal)
      for await (const { method } of messagesIn(answer))
        if (method === 'notifications/subscriptions/acknowledged') break
      drop.abort()
    },
    async hangUp() {
      const drop = new AbortController()
      const params = {
        name: 'test_slow_progress',
        arguments: { steps: 100, ms: 50 },
        _meta: { progressToken: 1 },
      }
      const { headers, message } = envelope('tools/call', params)
      const answer = await wire.open('POST', headers, { jsonrpc: '2.0', ...message }, drop.signal)
      for await (const { method } of messagesIn(answer)) if (method === 'notifications/progress') break
      drop.abort()
    },
    async task() {
      // A tenant may keep 1,000 for two hours; all clients together stay below that.
      if (tasks.length >= mostTasks) return untilTask(tasks[0], 'completed')
      const { taskId } = await request('tools/call', { name: 'confirm_delete', arguments: { filename: 'f' } })
      await untilTask(taskId, 'input_required')
      const inputResponses = { confirmation: { action: 'accept', content: { confirm: true } } }
      tasks.push(String(taskId))
      await request('tasks/update', { taskId: String(taskId), inputResponses })
      await untilTask(taskId, 'completed')
    },
  }
}

interface Params {
  readonly name?: string
  readonly uri?: string
  readonly taskId?: string
  readonly _meta?: object
  readonly [name: string]: unknown
}
