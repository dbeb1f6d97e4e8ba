import { expect, vi } from 'vitest'
import { call } from './answers.ts'
import type { replicaPair } from './replica-pair.ts'

/** A call on replica one that has said something to a client which then went away. */
export const brokenOff = async (pair: ReturnType<typeof replicaPair>, body: object = call()) => {
  const session = await pair.one.open()
  const first = pair.one.stream(body, session)
  await vi.waitFor(() => expect(first.sink.messages().length).toBeGreaterThan(0))
  first.sink.breakOff()
  const last = { ...session, 'last-event-id': first.sink.ids()[0] ?? '' }
  return { session, first, last }
}
