import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Reply, RpcId } from '../rpc.ts'
import type { McpHttpAnswer } from './http-answer.ts'
import type { McpHttpRequest } from './http-request.ts'

/** Compresses long lists for clients that take gzip, as nearly all do, and remembers what it made. */
export type CompressLists = (
  request: Pick<McpHttpRequest, 'header'>,
  answer: McpHttpAnswer,
  of: { era: string; id: RpcId; reply: Reply },
) => McpHttpAnswer | Promise<McpHttpAnswer>

/** Characters below which it is not worth it. */
const worthIt = 8_192

/** Ids are counted up by clients, so that a list is asked for under few of them. */
const idsOfList = 32

const compress = promisify(gzip)

/**
 * Makes the compressor. A list is kept with the page of the catalogue that it shows, by the id of the request that asked
 * for it, which is part of the answer; what is sent again is sent as the same bytes.
 */
export const createCompressLists = (): CompressLists => {
  const made = new WeakMap<object, Map<string, Promise<Buffer>>>()
  const bytesOf = (page: object, key: string, body: string): Promise<Buffer> => {
    const ofPage = made.get(page) ?? new Map<string, Promise<Buffer>>()
    made.set(page, ofPage)
    const known = ofPage.get(key)
    if (known) return known
    const oldest = ofPage.size >= idsOfList ? ofPage.keys().next().value : undefined
    if (oldest !== undefined) ofPage.delete(oldest)
    const bytes = compress(body)
    ofPage.set(key, bytes)
    return bytes
  }
  return (request, answer, { era, id, reply }) => {
    const { body } = answer
    const page = 'result' in reply ? reply.page : undefined
    if (!page || typeof body !== 'string' || body.length < worthIt) return answer
    if (!takesGzip(request.header('accept-encoding'))) return answer
    return bytesOf(page, `${era} ${JSON.stringify(id)}`, body).then((bytes) => ({
      ...answer,
      headers: {
        ...answer.headers,
        'content-encoding': 'gzip',
        vary: 'Authorization, Origin, Accept-Encoding',
      },
      body: bytes,
    }))
  }
}

const takesGzip = (accepted = ''): boolean => /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(accepted)
