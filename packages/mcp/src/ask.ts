import type { InputNeeded } from '@gateway/domain'
import type { Hub, Owner } from './changes/hub.ts'
import type { Exchange } from './exchange.ts'
import { isObject } from './rpc.ts'

/** Milliseconds that a person may take to answer a question in the middle of a call. */
export const patienceMs = 300_000

/**
 * Asks a client of an older revision by requests of ours on the stream of the call that needs the answers; the client's
 * answers may come in through any replica. Undefined if the client refused to answer, or did not in time.
 */
export const askByRequests = async (
  hub: Hub,
  exchange: Exchange,
  { owner, newId, asks }: { owner: Owner; newId(): string; asks: InputNeeded },
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  if (exchange.signal.aborted) return undefined
  const round = newId().slice(0, 12)
  const late = new AbortController()
  const { deaf } = exchange
  const signal = AbortSignal.any([exchange.signal, late.signal, ...(deaf ? [deaf] : [])])
  const timer = setTimeout(() => late.abort(), patienceMs)
  const questions = Object.entries(asks.needs).map(async ([key, { method, params }], n) => {
    // Whose answer it is stands in front: any replica can bring it to the one that waits.
    const id = `${hub.replica}:${round}:${n}`
    const answer = hub.answerTo(owner, id, signal)
    // Where sending throws, nobody waits for the answer, and its end must not be an unhandled rejection.
    answer.catch(() => undefined)
    exchange.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    const { result } = await answer
    if (!isObject(result)) throw new Error('the client refused to answer')
    return [key, result] as const
  })
  try {
    return Object.fromEntries(await Promise.all(questions))
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
    // Ends the questions that are still open where one of several failed.
    late.abort()
  }
}
