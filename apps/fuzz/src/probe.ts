// Loaded into the gateway by `--import`: answers its parent over IPC, so that the gateway itself needs no way to ask.
import { isMeasure, type Measured } from './measured.ts'

process.on('message', (message) => {
  if (!isMeasure(message)) return
  // Twice: what the first one finalizes, the second one frees.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  const answer: Measured = { heap: heapUsed + external, rss }
  process.send?.({ measured: answer })
})
