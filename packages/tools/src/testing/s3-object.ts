import type { CannedAnswer } from './canned-aws.ts'

/** What S3 answers to a GetObject of `content`, with the range that the request asks for (RFC 9110, section 14). */
export const objectAnswer = (content: Buffer, range: string | undefined): CannedAnswer => {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? []
  if (range === undefined) return { headers, body: content }
  const first = from === '' ? Math.max(0, content.length - Number(to)) : Number(from)
  const last = from === '' || to === '' ? content.length - 1 : Math.min(Number(to), content.length - 1)
  if (first > last) return { status: 416, body: '<Error><Code>InvalidRange</Code></Error>' }
  return {
    status: 206,
    headers: { ...headers, 'content-range': `bytes ${first}-${last}/${content.length}` },
    body: content.subarray(first, last + 1),
  }
}

const headers = { etag: '"e"', 'last-modified': 'Fri, 02 Jan 2026 03:04:05 GMT' }
