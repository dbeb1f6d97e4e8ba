import type { SessionRecord } from '@gateway/domain'
import { memoryEventLog, memoryRecordStore } from '@gateway/stores'
import { fakeBuses } from './fake-bus.ts'
import { type McpLineOptions, mcpLine } from './mcp-line.ts'

/** Two replicas over the same stores; what each answers to its calls may differ. */
export const replicaPair = (one: McpLineOptions = {}, two: McpLineOptions = one) => {
  const { buses, kill } = fakeBuses(['replica-one', 'replica-two', 'replica-three'])
  const now = Date.now
  let made = 0
  const shared = {
    events: memoryEventLog({
      now,
      onError(error) {
        throw error
      },
    }),
    records: memoryRecordStore({ now }),
    newId: () => `${String(++made).padStart(12, '0')}-pair`,
  }
  const kept = new Map<string, SessionRecord>()
  const line = (options: McpLineOptions, n: number) => {
    const bus = buses[n]
    if (!bus) throw new Error('there are three replicas at most')
    return mcpLine({ ...options, kept, with: { ...shared, bus, ...options.with } })
  }
  return {
    ...shared,
    one: line(one, 0),
    two: line(two, 1),
    /** One more, that answers as the second does. */
    three: () => line(two, 2),
    killOne: () => kill('replica-one'),
  }
}
