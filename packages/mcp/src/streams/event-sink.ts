/** One open event stream to a client, as the HTTP layer gives it. Writing to a closed one does nothing. */
export interface EventSink {
  /** False once either side has closed it, or once its client read too slowly and was cut off. */
  readonly open: boolean
  write(frame: string): void
  /** Resolves when the client has taken most of what was written, or when it is closed; who has much to write waits. */
  drained(): Promise<void>
  end(): void
  /**
   * Says that the stream only waits for something to happen: when the process stops it is ended, after this frame, which
   * may be empty. Streams without a farewell answer calls and end with them.
   */
  onFarewell(frame: string): void
  /**
   * Says until when the caller may listen, in seconds since the epoch; undefined means without end, and of several times
   * the latest counts. Soon afterwards a stream that waits, or that ends itself, ends as it does when the process stops.
   */
  liveUntil(seconds: number | undefined): void
  /** Called when the process stops, for a stream that ends itself once nothing runs on it any more. */
  onStop(stop: () => void): void
  /** Called once when it is closed, by whichever side; at once where it is closed already. */
  onClose(closed: () => void): void
}

/** Opens the response of a request as an event stream. */
export type OpenSink = (headers: Readonly<Record<string, string>>) => EventSink
