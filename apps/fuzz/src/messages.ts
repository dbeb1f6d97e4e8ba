import type { Answer } from './answers.ts'

/** A JSON-RPC response as far as it is judged. */
export interface Told {
  /** Code of the refusal: of ours where it has one, and else of JSON-RPC; undefined for a result. */
  readonly error: string | undefined
}

/** The responses in an answer: one in a JSON body, several in a batch or an event stream; requests and notifications are none. */
export const messagesOf = ({ headers, body }: Pick<Answer, 'headers' | 'body'>): Told[] => {
  const type = headers['content-type'] ?? ''
  const texts = type.startsWith('text/event-stream')
    ? [...body.matchAll(/^data: (.+)$/gm)].map(([, data = '']) => data)
    : type.startsWith('application/json')
      ? [body]
      : []
  return texts.flatMap((text) => parsed(text)).flatMap((value) => told(value))
}

const parsed = (text: string): unknown[] => {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'))
    return Array.isArray(value) ? value : [value]
  } catch {
    return []
  }
}

const told = (value: unknown): Told[] => {
  if (!isObject(value)) return []
  const { error, result } = value
  if (isObject(error)) {
    const code = isObject(error.data) ? error.data.code : undefined
    return [{ error: String(code ?? (error.code === -32603 ? 'internal' : error.code)) }]
  }
  if (!isObject(result)) return []
  if (result.isError !== true) return [{ error: undefined }]
  const { structuredContent } = result
  const own = isObject(structuredContent) ? structuredContent.error : undefined
  return [{ error: String(isObject(own) ? own.code : 'isError') }]
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
