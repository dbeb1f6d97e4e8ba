import type { Writable } from 'node:stream'

/** Writes to a stream no faster than it takes it; gives false once nobody reads it any more. */
export type WriteTo = (text: string | Uint8Array) => Promise<boolean>

/** For a stream whose errors are listened to elsewhere. */
export const writtenTo =
  (stream: Writable): WriteTo =>
  async (text) => {
    if (stream.destroyed) return false
    if (stream.write(text)) return true
    await new Promise<void>((resolve) => {
      const done = () => {
        stream.off('drain', done).off('close', done).off('error', done)
        resolve()
      }
      stream.on('drain', done).on('close', done).on('error', done)
    })
    return !stream.destroyed && stream.errored === null
  }
