import sonicBoom from 'sonic-boom'

/** Where log lines go; what pino asks of a stream. */
export interface LogStream {
  write(line: string): void
  /** Writes what is held; pino calls it before the process ends on a fatal line. */
  flushSync(): void
}

/**
 * Standard output, with the lines of one turn of the event loop written at once: a system call for each would cost a
 * tenth of a call.
 */
export const openLogStream = (fd = 1): LogStream => {
  const stream = new sonicBoom.SonicBoom({ fd, sync: true })
  // Whoever read the log has gone; that is no reason to stop serving.
  stream.on('error', () => undefined)
  let held = ''
  const flushSync = (): void => {
    if (held === '') return
    const text = held
    held = ''
    stream.write(text)
  }
  process.once('exit', flushSync)
  return {
    write(line) {
      if (held === '') setImmediate(flushSync)
      held += line
    },
    flushSync,
  }
}
