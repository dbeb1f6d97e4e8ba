import type { Offer } from '@gateway/domain'

/** Name of the tasks extension (SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks'

/** What the server can do, as `initialize` (2025-11-25 and older) says it. */
export const legacyCapabilities = (offer: Offer): object => ({ ...shared(offer), logging: {} })

/** What the server can do, as `server/discover` (2026-07-28) says it. */
export const modernCapabilities = (offer: Offer): object => ({
  ...shared(offer),
  extensions: { [tasksExtension]: {} },
})

/** Nothing is declared that there is nothing of. */
const shared = ({ prompts, resources }: Offer): object => ({
  tools: { listChanged: true },
  ...(prompts.size > 0 && { prompts: { listChanged: true } }),
  ...(resources.length > 0 && { resources: { listChanged: true, subscribe: true } }),
  ...((prompts.size > 0 || resources.length > 0) && { completions: {} }),
})
