// Loaded into each gateway by `--import`: answers its parent over IPC, so that the gateway itself needs no way to ask.
import { isMeasure, type Measured } from './measured.ts'

process.on('message', (message) => {
  if (!isMeasure(message)) return
  // Twice: what the first one finalizes, the second one frees.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  const handles: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1
  const answer: Measured = { heapUsed, rss, handles }
  process.send?.({ measured: answer })
})
