import type { EventSink } from '../streams/event-sink.ts'

/** An event stream that remembers what was written to it. */
export interface TestSink extends EventSink {
  readonly frames: string[]
  readonly farewell: string | undefined
  /** Every time that it was told to live until. */
  readonly until: (number | undefined)[]
  /** What the process does when it stops. */
  stop(): void
  /** Messages of the frames, parsed. */
  messages(): Message[]
  /** Event ids of the frames. */
  ids(): string[]
  /** What the client does when it goes away. */
  breakOff(): void
}

/** Any JSON-RPC message. */
export interface Message {
  readonly id?: string | number
  readonly method?: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown }
}

export const testSink = (): TestSink => {
  const frames: string[] = []
  const closed: (() => void)[] = []
  const until: (number | undefined)[] = []
  let open = true
  let farewell: string | undefined
  let stop: () => void = () => undefined
  const close = (): void => {
    if (!open) return
    open = false
    for (const each of closed) each()
  }
  const field = (name: string) =>
    frames.flatMap((frame) => new RegExp(`^${name}: (.+)$`, 'm').exec(frame)?.[1] ?? [])
  return {
    frames,
    until,
    get open() {
      return open
    },
    get farewell() {
      return farewell
    },
    write(frame) {
      if (open) frames.push(frame)
    },
    drained: async () => undefined,
    end: close,
    onFarewell(frame) {
      farewell = frame
    },
    liveUntil: (seconds) => void until.push(seconds),
    onStop(each) {
      stop = each
    },
    stop: () => stop(),
    onClose(each) {
      if (open) closed.push(each)
      else each()
    },
    messages: () => field('data').map((data) => JSON.parse(data)),
    ids: () => field('id'),
    breakOff: close,
  }
}
