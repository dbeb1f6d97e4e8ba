import { TenantFailure } from './tenant-failure.ts'

/** The body of a response as text, which throws `TenantFailure` once it has more than `longest` bytes. */
export const readBounded = async ({ body }: Response, longest: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > longest) {
      throw new TenantFailure(
        `The answer has more than ${longest / 1_000_000} MB, so it was not read. Is the URL that of a gateway?`,
      )
    }
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}
