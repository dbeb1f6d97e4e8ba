import { readFile } from 'node:fs/promises'
import type { Exchange } from './exchange.ts'
import { type Finding, findingOf } from './finding.ts'
import type { Numbered } from './inputs/make-input.ts'
import { messagesOf } from './messages.ts'

/** Refusals of one request, as its caller was told of them. */
export interface Refused {
  readonly input: Numbered
  readonly requestId: string
  readonly times: number
}

/** The refusals in an exchange that name their request. */
export const refusedIn = (input: Numbered, { answers }: Pick<Exchange, 'answers'>): Refused[] =>
  answers.flatMap((answer) => {
    const requestId = answer.headers['x-request-id']
    if (requestId === undefined || !answer.whole) return []
    const told = messagesOf(answer).filter(({ error }) => error !== undefined).length
    const times = told > 0 ? told : answer.status >= 400 ? 1 : 0
    return times > 0 ? [{ input, requestId, times }] : []
  })

/** Whether each refusal is on record as often as it was told, and none of those that had to be refused asked AWS. */
export const judgeAudit = async (file: string, refused: readonly Refused[]): Promise<Finding[]> => {
  const records = new Map<string, Recorded[]>()
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const record = recordIn(line)
    if (record) records.set(record.request_id, [...(records.get(record.request_id) ?? []), record])
  }
  return refused.flatMap(({ input, requestId, times }) => {
    const of = records.get(requestId) ?? []
    const faults: Finding[] = []
    const denied = of.filter(({ outcome }) => outcome !== 'allow')
    if (denied.length !== times) {
      const codes = denied.map(({ event, reason_code }) => `${event} ${reason_code}`).join(', ')
      const detail = `told ${times} times, on record ${denied.length} times: ${codes}`
      faults.push(findingOf(input, { kind: 'not audited once', detail }))
    }
    const asked = input.refused ? of.flatMap(({ aws }) => aws?.request_ids ?? []) : []
    if (asked.length > 0)
      faults.push(
        findingOf(input, { kind: 'AWS asked', detail: `${asked.length} requests of a refused call` }),
      )
    return faults
  })
}

interface Recorded {
  readonly event: string
  readonly outcome: string
  readonly reason_code?: string
  readonly request_id: string
  readonly aws?: { readonly request_ids?: readonly string[] }
}

const recordIn = (line: string): Recorded | undefined => {
  if (line === '') return undefined
  const value = JSON.parse(line) as Partial<Recorded>
  return value.event !== undefined && value.event !== 'tool.begin' && value.request_id !== undefined
    ? (value as Recorded)
    : undefined
}
