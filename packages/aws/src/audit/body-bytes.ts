import type { SdkOutput } from '../service-modules.ts'

/** Far above any object that the gateway writes. */
const longest = 64 * 1024 * 1024

/** The content of an object; throws where it is longer than any that the gateway has written. */
export const bytesOf = async ({ Body, ContentLength }: SdkOutput): Promise<Uint8Array> => {
  if (!hasBytes(Body)) throw new Error('S3 answered without a body')
  if (typeof ContentLength !== 'number' || ContentLength > longest) {
    Body.destroy?.()
    throw new Error('the object is longer than any that the gateway writes')
  }
  return Body.transformToByteArray()
}

interface Bytes {
  transformToByteArray(): Promise<Uint8Array>
  destroy?(): void
}

const hasBytes = (body: unknown): body is Bytes =>
  typeof body === 'object' && body !== null && 'transformToByteArray' in body
