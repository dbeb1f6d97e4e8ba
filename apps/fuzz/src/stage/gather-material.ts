import type { CursorOf, Json, Material, Session, ToolOf } from '../inputs/input.ts'
import type { FuzzSignIn } from './fuzz-sign-in.ts'

/** What material is gathered from. */
export interface MaterialOptions {
  readonly hosts: Material['hosts']
  readonly acme: FuzzSignIn
  readonly globex: FuzzSignIn
  readonly operators: FuzzSignIn
}

/** Signs in at both tenants, opens sessions and pages, and lists what there is; throws where the gateway does not answer well. */
export const gatherMaterial = async (options: MaterialOptions): Promise<Material> => {
  const { hosts, acme, globex, operators } = options
  const aud = `http://${hosts.gateway}/mcp`
  const claims = { aud, sub: 'ann', scope: 'aws:read aws:write aws:admin' }
  const token = acme.token(claims)
  const theirs = globex.token({ ...claims, sub: 'gus' })
  const own = caller(hosts.gateway, token)
  const other = caller(hosts.gateway, theirs)
  const sessions = await Promise.all(revisions.map(own.open))
  const foreignSession = await other.open('2025-11-25')
  const [first] = sessions
  if (!first) throw new Error('there is no session')
  const eventIds = [await own.eventId(first), '0~0-0']
  const { tools } = await own.result<{ tools: { name: string; inputSchema: Json }[] }>('tools/list')
  const { resources } = await own.result<{ resources: { uri: string }[] }>('resources/list')
  const templates = await own.result<{ resourceTemplates: { uriTemplate: string }[] }>(
    'resources/templates/list',
  )
  const { prompts } = await own.result<{ prompts: { name: string; arguments?: { name: string }[] }[] }>(
    'prompts/list',
  )
  const cursors = await Promise.all(paged.map((each) => own.cursor(each)))
  const foreignCursors = await Promise.all(paged.map((each) => other.cursor(each)))
  return {
    ...{ hosts, token, sessions, cursors, eventIds },
    source: '10.0.0.1',
    pieces: acme.pieces(claims),
    operatorToken: operators.token({
      ...claims,
      aud: `http://${hosts.gateway}/admin`,
      groups: ['operators'],
    }),
    foreign: {
      session: foreignSession.id,
      cursors: foreignCursors.map(({ cursor }) => cursor),
      eventId: await other.eventId(foreignSession),
    },
    tools: tools.map(({ name, inputSchema }): ToolOf => ({ name, schema: inputSchema })),
    resources: [
      ...resources.map(({ uri }) => uri),
      ...templates.resourceTemplates.map(({ uriTemplate }) => uriTemplate.replaceAll(/\{[^}]*\}/g, 'acme-0')),
    ],
    prompts: prompts.map((each) => ({
      name: each.name,
      arguments: (each.arguments ?? []).map(({ name }) => name),
    })),
  }
}

const revisions = ['2025-11-25', '2025-06-18', '2025-03-26']

/** Calls whose answers the stand-in of AWS gives in pages. */
const paged: readonly Omit<CursorOf, 'cursor'>[] = [
  { tool: 'aws_ec2_describe_instances', member: 'nextToken', args: {} },
  { tool: 'aws_s3_list_objects', member: 'continuationToken', args: { bucket: 'my-bucket' } },
]

const caller = (host: string, token: string) => {
  const send = (method: string, headers: Readonly<Record<string, string>>, body?: Json): Promise<Response> =>
    fetch(`http://${host}/mcp`, {
      method,
      signal: AbortSignal.timeout(20_000),
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }) }),
    })
  const result = async <Result>(method: string, params: Json = {}): Promise<Result> => {
    const answer = await send('POST', { accept: 'application/json' }, { method, params })
    const body = (await answer.json()) as { result?: Result }
    if (body.result === undefined) throw new Error(`${method}: ${answer.status} ${JSON.stringify(body)}`)
    return body.result
  }
  return {
    result,
    async open(revision: string): Promise<Session> {
      const params = {
        protocolVersion: revision,
        capabilities: {},
        clientInfo: { name: 'fuzz', version: '1' },
      }
      const answer = await send('POST', {}, { method: 'initialize', params })
      const id = answer.headers.get('mcp-session-id')
      await answer.body?.cancel()
      if (id === null) throw new Error(`initialize: ${answer.status} without a session`)
      return { id, revision }
    },
    async eventId({ id }: Session): Promise<string> {
      const answer = await send('GET', { 'mcp-session-id': id, accept: 'text/event-stream' })
      const reader = answer.body?.getReader()
      const { value } = (await reader?.read()) ?? {}
      await reader?.cancel()
      const eventId = /^id: (.*)$/m.exec(new TextDecoder().decode(value))?.[1]
      if (eventId === undefined) throw new Error(`the stream of a session: ${answer.status} without an event`)
      return eventId
    },
    async cursor({ tool, member, args }: Omit<CursorOf, 'cursor'>): Promise<CursorOf> {
      for (let attempt = 1; ; attempt++) {
        const answer = await result<Json>('tools/call', { name: tool, arguments: args })
        const cursor = /"(?:nextCursor|cursor)":"([^"]+)"/.exec(JSON.stringify(answer))?.[1]
        if (cursor !== undefined) return { cursor, tool, member, args }
        // The first calls of a process are slow, and the machine may be busy.
        if (attempt === 10) throw new Error(`${tool}: no cursor in ${JSON.stringify(answer)}`)
      }
    },
  }
}
