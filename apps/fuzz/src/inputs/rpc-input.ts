import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input, Json, Material } from './input.ts'
import { flippedBit, hostileValue, jsonText, mutateJson, mutateText } from './mutate-json.ts'
import {
  callerHeaders,
  type Headers,
  legacyMessage,
  type Message,
  modernMessage,
  oneLine,
  requestText,
} from './request-text.ts'

/** JSON-RPC of both eras, with things changed in the message, in its headers, or between them. */
export const rpcInput = (random: Random, material: Material): Input => {
  const [method, params] = random.pick(asked(random, material))
  const id = random.chance(0.8) ? random.below(1_000) : hostileValue(random)
  const legacy = random.chance(0.5)
  const session = random.pick(material.sessions)
  const good = legacy ? legacyMessage(session, method, params, id) : modernMessage(method, params, id)
  const changed = changedMessage(random, good)
  const { what, text } = bodyOf(random, changed.message)
  const headers = random.chance(0.3) ? changedHeaders(random, changed.headers, material) : changed.headers
  const foreign = headers.some(
    ([name, value]) => name === 'Mcp-Session-Id' && value === material.foreign.session,
  )
  return {
    door: 'gateway',
    what: `${legacy ? session.revision : 'modern'} ${method}, ${what}`,
    parts: [requestText('POST', '/mcp', [...callerHeaders(material), ...headers], text)],
    ...(foreign && legacy && method !== 'initialize' && { refused: true }),
  }
}

/** Methods with params that are good. */
const asked = (random: Random, material: Material): readonly (readonly [method: string, params: Json])[] => {
  const prompt = random.pick(material.prompts)
  const uri = random.pick(material.resources)
  const text = random.pick(hostileTexts)
  return [
    ['ping', {}],
    ['tools/list', {}],
    ['tools/call', { name: 'aws_whoami', arguments: {} }],
    ['tools/call', { name: 'aws_ec2_describe_instances', arguments: {}, _meta: { progressToken: text } }],
    ['tools/call', { name: text, arguments: {} }],
    ['resources/list', {}],
    ['resources/templates/list', {}],
    ['resources/read', { uri }],
    ['resources/read', { uri: mutateText(random, uri) }],
    ['resources/read', { uri: text }],
    ['resources/subscribe', { uri }],
    ['resources/unsubscribe', { uri }],
    ['prompts/list', { cursor: text }],
    [
      'prompts/get',
      { name: prompt.name, arguments: Object.fromEntries(prompt.arguments.map((each) => [each, text])) },
    ],
    ['prompts/get', { name: text }],
    ['completion/complete', completionOf(random, prompt, uri, text)],
    ['completion/complete', { ref: { type: 'ref/resource', uri }, argument: { name: text, value: text } }],
    ['logging/setLevel', { level: random.pick(['debug', 'emergency', text]) }],
    ['server/discover', {}],
    ['tasks/get', { taskId: text }],
    ['tasks/list', {}],
    ['tasks/cancel', { taskId: text }],
    ['tasks/result', { taskId: text }],
    ['tasks/update', { taskId: text, inputResponses: { a: { action: 'accept', content: {} } } }],
    [
      'subscriptions/listen',
      { notifications: { toolsListChanged: true, resourceSubscriptions: [uri, text] } },
    ],
    ['initialize', { protocolVersion: text, capabilities: {}, clientInfo: { name: text, version: text } }],
    ['notifications/initialized', {}],
    ['notifications/cancelled', { requestId: random.below(1_000), reason: text }],
    ['notifications/roots/list_changed', {}],
    ['elicitation/create', { message: text }],
    [text, {}],
  ]
}

const completionOf = (
  random: Random,
  prompt: Material['prompts'][number],
  uri: string,
  value: string,
): Json => ({
  ref: random.chance(0.7) ? { type: 'ref/prompt', name: prompt.name } : { type: 'ref/resource', uri },
  argument: { name: prompt.arguments[0] ?? 'account', value },
  context: { arguments: { [random.pick(['account', 'region', '__proto_', value])]: value } },
})

const changedMessage = (random: Random, { headers, message }: Message): Message => {
  let mutated: unknown = message
  const times = random.pick([0, 1, 1, 1, 2, 3])
  for (let n = 0; n < times; n++) mutated = mutateJson(random, mutated)
  return { headers, message: mutated as Json }
}

const bodyOf = (random: Random, message: unknown): { readonly what: string; readonly text: string } => {
  const text = jsonText(message)
  switch (random.below(16)) {
    case 0:
      return {
        what: 'in a batch',
        text: `[${Array(random.pick([1, 2, 101]))
          .fill(text)
          .join(',')}]`,
      }
    case 1:
      return { what: 'an empty batch', text: '[]' }
    case 2:
      return { what: 'cut', text: text.slice(0, random.below(text.length)) }
    case 3:
      return { what: 'a bit changed', text: flippedBit(random, text) }
    case 4:
      return { what: 'behind a BOM', text: `\xef\xbb\xbf${text}` }
    case 5:
      return { what: 'twice', text: `${text}\n${text}` }
    case 6:
      return { what: 'among blanks', text: `${' \t\r\n'.repeat(1_000)}${text}` }
    case 7:
      return {
        what: 'with members twice',
        text: text.replace('{', () => '{"id":7,"method":"ping","jsonrpc":"1.0",'),
      }
    default:
      return { what: 'in values', text }
  }
}

const changedHeaders = (random: Random, headers: Headers, { foreign, sessions }: Material): Headers => {
  const value = random.pick([
    ...hostileTexts.map(oneLine),
    foreign.session,
    foreign.session,
    random.pick(sessions).id,
    '2024-11-05',
    '2025-03-26',
    '2025-06-18',
    '2026-07-28',
    '2099-01-01',
    '=?base64?IA==?=',
    '=?base64?????=',
    'tools/call',
    'initialize',
  ])
  const name = random.pick([
    'MCP-Protocol-Version',
    'Mcp-Method',
    'Mcp-Name',
    'Mcp-Session-Id',
    'Mcp-Session-Id',
    'Mcp-Param-account',
    'Accept',
    'Last-Event-ID',
    'Idempotency-Key',
  ])
  const others = headers.filter(([each]) => each !== name)
  return random.chance(0.2) ? others : [...others, [name, value]]
}
