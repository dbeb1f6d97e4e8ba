import type { Answer } from './answers.ts'
import type { Exchange } from './exchange.ts'
import type { Input } from './inputs/input.ts'
import { messagesOf } from './messages.ts'

/** What is wrong with an answer, or with there being none. */
export interface Fault {
  readonly kind:
    | 'status 500'
    | 'internal error'
    | 'internals told'
    | 'hang'
    | 'no answer'
    | 'not refused'
    | 'cause told'
    | 'crash'
    | 'not audited once'
    | 'AWS asked'
    | 'error logged'
    | 'memory'
  readonly detail: string
}

/** Texts that are told to nobody, or to operators only. */
export interface Secrets {
  readonly nobody: readonly string[]
  readonly operators: readonly string[]
}

/** Judges one exchange by itself. */
export const judgeExchange = (input: Input, done: Exchange, secrets: Secrets): Fault[] => {
  const { answers, received, end, ms } = done
  const faults: Fault[] = []
  const messages = answers.flatMap(messagesOf)
  if (answers.some(({ status }) => status === 500))
    faults.push({ kind: 'status 500', detail: excerpt(received) })
  else if (messages.some(({ error }) => error === 'internal'))
    faults.push({ kind: 'internal error', detail: excerpt(received) })
  const told = internalsIn(received, input, secrets)
  if (told !== undefined) faults.push({ kind: 'internals told', detail: told })
  const isHead = input.parts[0]?.startsWith('HEAD ') === true
  const goesOn = mayGoOn(input, answers)
  if (end === 'open' && !isHead && !goesOn)
    faults.push({ kind: 'hang', detail: `${Math.round(ms)} ms, ${excerpt(received) || 'nothing came'}` })
  if (end === 'closed' && answers.length === 0 && !input.unfinished)
    faults.push({ kind: 'no answer', detail: `ended after ${Math.round(ms)} ms` })
  // What broke the framing is answered by a refusal of its own, so that one good answer is one too many.
  if (input.refused && answers.some(isGood)) faults.push({ kind: 'not refused', detail: excerpt(received) })
  return faults
}

/** Whether an answer refuses nothing: neither by its status nor in any of its messages. */
const isGood = (answer: Answer): boolean => {
  if (answer.status >= 300) return false
  const messages = messagesOf(answer)
  return answer.status !== 202 && (messages.length === 0 || messages.some(({ error }) => error === undefined))
}

/** What a server may leave open: an event stream that was asked for, and a WebSocket. */
const mayGoOn = ({ parts, upgrades }: Input, answers: readonly Answer[]): boolean => {
  const last = answers.at(-1)
  if (upgrades && last?.status === 101) return true
  if (last?.status !== 200 || !last.headers['content-type']?.startsWith('text/event-stream')) return false
  const text = parts.join('')
  return /(^|\n|\0)GET \//.test(text) || text.includes('subscriptions/listen')
}

/** Text of programs, machines and libraries, which no sentence of ours has. */
const internals: readonly RegExp[] = [
  /\n?\s+at [\w.<>[\] ]+ \((?:file:|node:|\/)/,
  /node_modules/,
  /node:internal/,
  /(?:file:\/\/|\/(?:home|tmp|root|usr|var|opt|app|work)\/)[\w./-]+\.(?:ts|js|mjs|cjs|json|yaml)/,
  /\bE(?:CONN\w+|NOTFOUND|PIPE|ADDR\w+|HOSTUNREACH|TIMEDOUT|ACCES|NOENT)\b/,
  /\b(?:Type|Reference|Range|Syntax|Zod|Aggregate)Error\b/,
  /Cannot read propert|is not a function|is not iterable|Unexpected (?:token|end of JSON)|undefined is not/,
  /\b(?:HPE|ERR|FST_ERR)_[A-Z]+/,
  /-----BEGIN/,
  /\bioredis\b|\bfastify\b|oidc-provider|@aws-sdk|@smithy/i,
]

/** The first thing in an answer that it should not tell; undefined if there is none, or if the caller said it first. */
const internalsIn = (
  received: string,
  { parts, byOperator }: Input,
  secrets: Secrets,
): string | undefined => {
  const sent = parts.join('')
  const hidden = byOperator ? secrets.nobody : [...secrets.nobody, ...secrets.operators]
  const secret = hidden.find((each) => received.includes(each) && !sent.includes(each))
  if (secret !== undefined) return `a secret of ${secret.length} characters`
  const plain = received.replaceAll('\\n', '\n').replaceAll('\\"', '"')
  return internals
    .map((pattern) => pattern.exec(plain)?.[0])
    .find((found) => found !== undefined && !sent.includes(found) && !sent.includes(found.trim()))
}

const excerpt = (text: string): string => JSON.stringify(text.slice(0, 600))
