/** Bytes of any answer of an SSO: metadata, keys, tokens. */
const maxBytes = 262_144

/** `fetch` for the SSOs that operators have configured: no redirects, and no more bytes than such an answer has. */
export const fetchCapped = async (url: string | URL, init: object): Promise<Response> => {
  const response = await fetch(url, { ...init, redirect: 'manual' } as RequestInit)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) throw new TypeError('the answer is too large')
    chunks.push(chunk)
  }
  const bodiless = response.status === 204 || response.status === 304
  return new Response(bodiless ? null : Buffer.concat(chunks), {
    status: response.status,
    headers: response.headers,
  })
}
