import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'

/** An event of a stream: its id, and its message where it has one. */
export interface StreamEvent {
  readonly id: string | undefined
  readonly message: Message | undefined
}

/** A JSON-RPC message as tests look at it. */
export interface Message {
  readonly id?: string | number
  readonly method?: string
  // biome-ignore lint/suspicious/noExplicitAny: of any method
  readonly params?: any
  // biome-ignore lint/suspicious/noExplicitAny: of any method
  readonly result?: any
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

/** An answer that is read while it comes: an event stream, or one message as JSON. */
export interface OpenAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  /** Everything so far. */
  readonly events: readonly StreamEvent[]
  /** The first message, past or to come, that is `wanted`; rejects when the answer ends without it, or after 10 s. */
  message(wanted: (message: Message) => boolean): Promise<Message>
  /** The message that answers the request. */
  readonly reply: Promise<Message>
  /** Resolves when the answer ends: true where it ended in good order. */
  readonly ended: Promise<boolean>
  close(): void
}

const patienceMs = 10_000

/** Sends one request on a connection of its own and resolves when the headers of its answer are there. */
export const openAnswer = async (
  origin: string,
  { method, headers, body }: { method: string; headers: Readonly<Record<string, string>>; body?: object },
): Promise<OpenAnswer> => {
  const text = body === undefined ? undefined : JSON.stringify(body)
  const length = text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) }
  const asked = request(`${origin}/mcp`, { method, headers: { ...headers, ...length }, agent: false })
  asked.end(text)
  const [answer]: IncomingMessage[] = await once(asked, 'response')
  if (!answer) throw new Error('no answer')
  const events: StreamEvent[] = []
  const waiting = new Set<() => void>()
  const tell = (): void => {
    for (const look of waiting) look()
  }
  const streamed = answer.headers['content-type'] === 'text/event-stream'
  let rest = ''
  answer.setEncoding('utf8').on('data', (chunk: string) => {
    rest += chunk
    if (!streamed) return
    const frames = rest.split('\n\n')
    rest = frames.pop() ?? ''
    events.push(...frames.map(eventOf).filter((each) => each !== undefined))
    tell()
  })
  let over = false
  const ended = new Promise<boolean>((resolve) => {
    answer.on('error', () => undefined)
    answer.once('close', () => {
      if (!streamed && rest !== '') events.push({ id: undefined, message: JSON.parse(rest) as Message })
      over = true
      tell()
      resolve(answer.complete)
    })
  })
  const message = (wanted: (message: Message) => boolean): Promise<Message> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(() => reject(new Error('no such message in 10 s'))), patienceMs)
      const settle = (how: () => void): void => {
        clearTimeout(timer)
        waiting.delete(look)
        how()
      }
      const look = (): void => {
        const found = events.find((each) => each.message && wanted(each.message))?.message
        if (found) settle(() => resolve(found))
        else if (over)
          settle(() =>
            reject(new Error(`it ended without it: ${JSON.stringify(events.at(-1) ?? '').slice(0, 500)}`)),
          )
      }
      waiting.add(look)
      look()
    })
  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    events,
    message,
    get reply() {
      return message(({ id, method }) => method === undefined && id === (body as Message | undefined)?.id)
    },
    ended,
    close: () => void answer.destroy(),
  }
}

/** Undefined for comments. */
const eventOf = (frame: string): StreamEvent | undefined => {
  const lines = frame.split('\n')
  const field = (name: string) => lines.find((each) => each.startsWith(`${name}: `))?.slice(name.length + 2)
  const data = field('data')
  if (lines.every((each) => each.startsWith(':'))) return undefined
  return { id: field('id'), message: data ? (JSON.parse(data) as Message) : undefined }
}
