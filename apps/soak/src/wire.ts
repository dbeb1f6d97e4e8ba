/** A JSON-RPC message, as far as the soak looks into it. */
export interface Message {
  readonly id?: string | number
  readonly method?: string
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string }
}

/** One client's way to the gateway. */
export interface Wire {
  /** Requests so far. */
  readonly requests: number
  /** POST of a request; resolves to its result and throws for anything else. Hears of what comes before the result. */
  request(headers: Headers, message: object, heard?: (message: Message) => Promise<void>): Promise<Result>
  /** POST of a notification or a reply. */
  tell(headers: Headers, message: object): Promise<void>
  /** Any request whose answer is left to the caller. */
  open(method: string, headers: Headers, body?: object, signal?: AbortSignal): Promise<Response>
}

type Headers = Readonly<Record<string, string>>
type Result = Readonly<Record<string, unknown>>

/** What is awaited longer than this has failed. */
const patienceMs = 30_000

/** The way of one bearer to `url`. */
export const openWire = (url: string, token: string): Wire => {
  let requests = 0
  const open: Wire['open'] = (method, headers, body, signal = AbortSignal.timeout(patienceMs)) => {
    requests++
    return fetch(url, {
      method,
      signal,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/json, text/event-stream',
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
  }
  return {
    get requests() {
      return requests
    },
    open,
    async request(headers, message, heard) {
      const answer = await open('POST', headers, { jsonrpc: '2.0', ...message })
      const { id } = message as Message
      for await (const each of messagesIn(answer)) {
        if (each.method === undefined && each.id === id) {
          if (each.result && each.result.isError !== true) return each.result
          throw new Error(`${answer.status}: ${JSON.stringify(each.error ?? each.result)}`)
        }
        await heard?.(each)
      }
      throw new Error(`${answer.status}: it ended without a result`)
    },
    async tell(headers, message) {
      const answer = await open('POST', headers, { jsonrpc: '2.0', ...message })
      await answer.body?.cancel()
      if (answer.status !== 202) throw new Error(`${answer.status} for what is not answered`)
    },
  }
}

/** The messages of an answer as they come: of an event stream, or the one of a JSON body. */
export async function* messagesIn(answer: Response): AsyncGenerator<Message> {
  if (answer.headers.get('content-type') !== 'text/event-stream') {
    const text = await answer.text()
    if (text === '') throw new Error(`${answer.status} without a body`)
    const message = JSON.parse(text) as Message
    // Refusals of the HTTP half have no id.
    if (answer.status !== 200) throw new Error(`${answer.status}: ${text.slice(0, 300)}`)
    yield message
    return
  }
  let rest = ''
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const frames = (rest + chunk).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const data = /^data: (.+)$/m.exec(frame)?.[1]
      if (data) yield JSON.parse(data) as Message
    }
  }
}
