// Preloaded into every server of the bench, ours as well, so that none of them has to know of being measured: asked
// over IPC, it tells what the process has used.
process.on('message', (message) => {
  if (message !== 'usage' && message !== 'memory') return
  const { user, system } = process.cpuUsage()
  if (message === 'memory') {
    // Twice: what the first run finalises, only the second frees. Not where speed is measured: optimised code is thrown
    // away together with what it has seen.
    globalThis.gc?.()
    globalThis.gc?.()
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ usage: { cpuMicros: user + system, rssBytes: rss, heapBytes: heapUsed + external } })
})
// The end of the bench, whatever ends it, is the end of its servers.
process.once('disconnect', () => process.exit(0))
