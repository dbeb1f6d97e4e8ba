import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'

export interface TextWatch {
  close(): void
}

export interface WatchOptions {
  read(): Promise<string>
  /** Hears of a text that is not the one before, or that there is none, which is told once per `message`. */
  changed(seen: { readonly text: string } | { readonly unreadable: unknown }): void
  /** Milliseconds between two looks. */
  readonly pollMs: number
  /** Milliseconds for which a text must stay as it is: half of one is often a right one. */
  readonly settleMs: number
  /** Where the file system tells of changes, looks come at once; it does not on every one (NFS, many mounts). */
  onUnwatched(error: unknown): void
}

/**
 * Watches the text of `file`, which starts as `first`. Changes are noticed by content, whatever happened to the file:
 * written in place, renamed over, or a symbolic link to it swapped, as Kubernetes does with a ConfigMap.
 */
export const watchText = (file: string, first: string, options: WatchOptions): TextWatch => {
  let told: string | undefined = first
  let unreadable: string | undefined
  let timer: NodeJS.Timeout | undefined
  let looking = false
  let again = false
  let closed = false

  const next = (ms: number): void => {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(look, ms).unref()
  }

  const look = async (): Promise<void> => {
    if (looking) {
      again = true
      return
    }
    looking = true
    again = false
    try {
      const text = await settled(options)
      if (closed) return
      unreadable = undefined
      if (text === undefined) again = true
      else if (text !== told) {
        told = text
        options.changed({ text })
      }
    } catch (thrown) {
      if (closed) return
      // What comes back as it was is no change, so `told` stays.
      const message = String(thrown)
      if (message !== unreadable) {
        unreadable = message
        options.changed({ unreadable: thrown })
      }
    } finally {
      looking = false
      next(again ? options.settleMs : options.pollMs)
    }
  }

  const unwatch = watchFolder(file, () => next(options.settleMs), options.onUnwatched)
  next(options.pollMs)
  return {
    close() {
      closed = true
      clearTimeout(timer)
      unwatch()
    },
  }
}

/** The text if two readings `settleMs` apart agree; undefined where it is still being written. */
const settled = async ({ read, settleMs }: WatchOptions): Promise<string | undefined> => {
  // A file that is missing now may be just being renamed over: what counts is the second reading.
  const before = await read().catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, settleMs).unref())
  return (await read()) === before ? before : undefined
}

/** The folder, since a file that is renamed over is another file, and its watch would go on with the old one. */
const watchFolder = (
  file: string,
  touched: () => void,
  onUnwatched: (error: unknown) => void,
): (() => void) => {
  try {
    const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
      // `..data` is the link that Kubernetes swaps; some systems name nothing.
      if (name === null || name === basename(file) || name.startsWith('..')) touched()
    })
    watcher.on('error', (error) => {
      watcher.close()
      onUnwatched(error)
    })
    return () => watcher.close()
  } catch (thrown) {
    onUnwatched(thrown)
    return () => {}
  }
}
