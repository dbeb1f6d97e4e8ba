import { setTimeout as sleep } from 'node:timers/promises'
import { legacyClient } from './legacy-client.ts'
import { modernClient } from './modern-client.ts'
import { openWire } from './wire.ts'

/** What the clients did. */
export interface Load {
  readonly requests: number
  /** How often each activity was done. */
  readonly done: Readonly<Record<string, number>>
  /** What went wrong: activity and error. */
  readonly errors: readonly string[]
}

/** Milliseconds that a client rests between two activities, on average. */
const restMs = 500

/** Runs a client for each of `tokens`, half of them of each era, for `ms` milliseconds and to the end of what they began. */
export const runLoad = async (url: string, tokens: readonly string[], ms: number): Promise<Load> => {
  const done: Record<string, number> = {}
  const errors: string[] = []
  const until = Date.now() + ms
  const attempt = async (name: string, activity: () => Promise<void>): Promise<void> => {
    try {
      await activity()
      done[name] = (done[name] ?? 0) + 1
    } catch (error) {
      errors.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const requests = tokens.map(async (token, n) => {
    const wire = openWire(url, token)
    const era = n % 2 === 0 ? 'legacy' : 'modern'
    const legacy = era === 'legacy' ? legacyClient(wire) : undefined
    const activities = Object.entries(legacy?.activities ?? modernClient(wire))
    await sleep(Math.random() * restMs)
    if (legacy) await attempt('legacy open', legacy.open)
    while (Date.now() < until) {
      const [name, activity] = activities[Math.floor(Math.random() * activities.length)] ?? [
        '',
        async () => {},
      ]
      await attempt(`${era} ${name}`, activity)
      await sleep(Math.random() * 2 * restMs)
    }
    if (legacy) await attempt('legacy end', legacy.end)
    return wire.requests
  })
  const counts = await Promise.all(requests)
  return { requests: counts.reduce((sum, each) => sum + each, 0), done, errors }
}
