/** One HTTP answer. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether all of it has come. */
  readonly whole: boolean
}

/** The answers in the bytes of a connection (Latin-1), the last of which may be cut; interim ones are left out. */
export const answersIn = (received: string): Answer[] => {
  const answers: Answer[] = []
  let rest = received
  while (rest.startsWith('HTTP/1.')) {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) return [...answers, { ...headOf(rest), body: '', whole: false }]
    const head = headOf(rest.slice(0, end))
    const after = rest.slice(end + 4)
    if (head.status < 200 && head.status !== 101) {
      rest = after
      continue
    }
    const { body, length, whole } = bodyOf(head, after)
    answers.push({ ...head, body, whole })
    rest = after.slice(length)
  }
  return answers
}

/** Whether every answer that has begun is there to its end, and at least one is. */
export const isComplete = (received: string): boolean => {
  const answers = answersIn(received)
  return answers.length > 0 && answers.every(({ whole }) => whole)
}

type Head = Pick<Answer, 'status' | 'headers'>

const headOf = (text: string): Head => {
  const [line = '', ...lines] = text.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((each) => [
      each.slice(0, each.indexOf(':')).toLowerCase(),
      each.slice(each.indexOf(':') + 1).trim(),
    ]),
  )
  return { status: Number(line.split(' ')[1]), headers }
}

interface Body {
  readonly body: string
  readonly length: number
  readonly whole: boolean
}

const bodyOf = ({ status, headers }: Head, after: string): Body => {
  // An answer to HEAD names the length of a body that does not come.
  if (status === 204 || status === 304 || status === 101 || after.startsWith('HTTP/1.'))
    return { body: '', length: 0, whole: true }
  if (headers['transfer-encoding'] === 'chunked') return chunkedBody(after)
  const length = Number(headers['content-length'] ?? Number.POSITIVE_INFINITY)
  if (Number.isFinite(length)) return { body: after.slice(0, length), length, whole: after.length >= length }
  // To the end of the connection.
  return { body: after, length: after.length, whole: false }
}

const chunkedBody = (after: string): Body => {
  let body = ''
  let at = 0
  for (;;) {
    const end = after.indexOf('\r\n', at)
    const size = end < 0 ? Number.NaN : Number.parseInt(after.slice(at, end), 16)
    if (Number.isNaN(size) || end + 2 + size + 2 > after.length)
      return { body, length: after.length, whole: false }
    body += after.slice(end + 2, end + 2 + size)
    at = end + 2 + size + 2
    if (size === 0) return { body, length: at, whole: true }
  }
}
