import { randomBytes } from 'node:crypto'
import type { ReplicaMessage } from '@gateway/domain'

/** What a bus needs: who hears of dropped messages and of what listeners throw. */
export interface ReplicaBusOptions {
  onError(error: Error): void
  /** Of a message as JSON; 4 MiB unless told. */
  readonly maxBytes?: number
}

/** Id of a process: 16 characters, as `isReplicaId` knows them. */
export const newReplicaId = (): string => randomBytes(12).toString('base64url')

/** Checks messages on their way out and in; one that is dropped is reported, and undefined. */
export interface MessageCodec {
  encode(message: ReplicaMessage): string | undefined
  decode(text: string): ReplicaMessage | undefined
}

/** Messages are JSON objects of at most `maxBytes`; reports say nothing of what is in them. */
export const messageCodec = ({ onError, maxBytes = 4 * 1024 * 1024 }: ReplicaBusOptions): MessageCodec => {
  const dropped = (why: string): undefined => {
    onError(new Error(`a message between replicas was dropped: ${why}`))
  }
  return {
    encode(message) {
      const text = written(message)
      if (text === undefined) return dropped('it is no JSON object')
      return Buffer.byteLength(text) > maxBytes ? dropped(`it is over ${maxBytes} bytes`) : text
    },
    decode(text) {
      if (Buffer.byteLength(text) > maxBytes) return dropped(`it is over ${maxBytes} bytes`)
      return read(text) ?? dropped('it is no JSON object')
    },
  }
}

const isObject = (value: unknown): value is ReplicaMessage =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const written = (message: unknown): string | undefined => {
  try {
    const text: unknown = isObject(message) ? JSON.stringify(message) : undefined
    // A `toJSON` may have made anything of it.
    return typeof text === 'string' && text.startsWith('{') ? text : undefined
  } catch {
    return undefined
  }
}

const read = (text: string): ReplicaMessage | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
