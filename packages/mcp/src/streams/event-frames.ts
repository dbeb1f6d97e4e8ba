/** A frame of an event stream (HTML Living Standard, "Server-sent events"); `text` is JSON and so has no line breaks. */
export const eventFrame = (text: string, id?: string): string =>
  id === undefined ? `event: message\ndata: ${text}\n\n` : `id: ${id}\nevent: message\ndata: ${text}\n\n`

/**
 * The first frame of a stream that can be resumed before anything was sent on it: an id, how long to wait before
 * coming back (milliseconds), and no data (MCP 2025-11-25, Transports, "Listening for Messages").
 */
export const primingFrame = (id: string): string => `id: ${id}\nretry: ${retryMs}\ndata: \n\n`

/** Milliseconds after which a client comes back to a stream that ended before its answer. */
const retryMs = 1_000

/** Where event ids are not of a stream that answers a request but of the session's stand-alone one. */
export const standAloneStream = '0'

/** The id of an event: its stream, which is unique in the session, and its entry there. */
export const eventId = (stream: string, entry: string): string => `${stream}~${entry}`

/** Stream and entry of an event id that a client sent back; undefined for what is none of ours. */
export const parseEventId = (id: string): { stream: string; entry: string } | undefined => {
  const [, stream, entry] = /^([A-Za-z0-9_-]{1,32})~(\d{1,16}-\d{1,16})$/.exec(id) ?? []
  return stream === undefined || entry === undefined ? undefined : { stream, entry }
}

/** Whether entry `a` of a log comes after entry `b`. */
export const isAfter = (a: string, b: string): boolean => {
  const [[aTime, aSeq], [bTime, bSeq]] = [numbers(a), numbers(b)]
  return aTime > bTime || (aTime === bTime && aSeq > bSeq)
}

const numbers = (entry: string): [number, number] => {
  const [time = '0', seq = '0'] = entry.split('-')
  return [Number(time), Number(seq)]
}
