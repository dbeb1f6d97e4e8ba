/** Aborts when somebody wants this process to end: a signal, or the end of a parent that holds an IPC channel. */
export const stopRequests = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort())
  if (process.connected) process.once('disconnect', () => controller.abort())
  // Whoever read our output has gone; that is no reason to leave what was started behind.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return controller.signal
}
