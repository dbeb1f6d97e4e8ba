import { expect, test } from 'vitest'
import { answeringAws } from '../testing/canned-aws.ts'
import { objectAnswer } from '../testing/s3-object.ts'
import { toolLine } from '../testing/tool-line.ts'
import { s3GetObject } from './get-object.ts'

/** Reads `content` by following nextRange, as a model would; the bytes of each piece. */
const piecesOf = async (content: Buffer, args: { maxBytes?: number; as?: string } = {}) => {
  await using aws = await answeringAws((_, { range }) => objectAnswer(content, range))
  const { run } = toolLine(s3GetObject, aws)
  const pieces: { bytes: Buffer; encoding: 'text' | 'base64' }[] = []
  let range: string | undefined
  do {
    const { data, structured } = await run({ bucket: 'reports', key: 'a', ...args, ...(range && { range }) })
    expect(data.sizeBytes).toBe(content.length)
    expect(structured.truncated === true).toBe(data.nextRange !== undefined)
    const bytes = Buffer.from(data.body, data.encoding === 'text' ? 'utf8' : 'base64')
    expect(bytes.length).toBeLessThanOrEqual(args.maxBytes ?? 65_536)
    pieces.push({ bytes, encoding: data.encoding })
    range = data.nextRange
    // A range that does not get on would never end.
    expect(pieces.length).toBeLessThanOrEqual(content.length + 1)
  } while (range !== undefined)
  return pieces
}

const whole = (pieces: { bytes: Buffer }[]) => Buffer.concat(pieces.map(({ bytes }) => bytes))

test.for([65_535, 65_536, 65_537, 131_072, 131_073, 200_000])(
  '%i bytes come in pieces of 64 KB',
  async (size) => {
    for (const unit of ['x', 'ü', '東', '👍', 'xü東👍']) {
      const content = Buffer.from(unit.repeat(Math.ceil(size / Buffer.byteLength(unit))))
      const pieces = await piecesOf(content)
      expect(whole(pieces).equals(content)).toBe(true)
      expect(new Set(pieces.map(({ encoding }) => encoding))).toEqual(new Set(['text']))
      // At most three bytes of a piece are left to the next one.
      expect(pieces.length).toBe(
        Math.ceil(content.length / 65_536) + (content.length % 65_536 === 0 && unit === '東' ? 1 : 0),
      )
    }
  },
)

test('pieces of every size make the object, wherever characters are cut', async () => {
  const content = Buffer.from('aü東👍\r\n\ufeff𝒳é')
  for (let maxBytes = 1; maxBytes <= content.length + 1; maxBytes++) {
    for (const as of ['auto', 'base64']) {
      const pieces = await piecesOf(content, { maxBytes, as })
      expect([maxBytes, as, whole(pieces).equals(content)]).toEqual([maxBytes, as, true])
      // The longest character has four bytes: with room for it nothing is ever cut.
      if (as === 'auto' && maxBytes >= 4)
        expect(pieces.every(({ encoding }) => encoding === 'text')).toBe(true)
    }
  }
})

test('an object that is no text comes whole too', async () => {
  const bytes = Buffer.from(Array.from({ length: 260 }, (_, n) => (n * 7) % 256))
  for (const maxBytes of [3, 64, 255, 260, 261]) {
    expect(whole(await piecesOf(bytes, { maxBytes })).equals(bytes)).toBe(true)
  }
})

test.for<[string, Record<string, string>]>([
  ['plain', {}],
  // The SDK checks these by reading the body through a stream of its own.
  ['with a checksum', { 'x-amz-checksum-crc32': 'AAAAAA==' }],
])('a large body, %s, is not downloaded to its end', async ([, headers]) => {
  const size = 64 * 1024 * 1024
  const closed = Promise.withResolvers<number>()
  await using aws = await answeringAws(() => ({
    write(response) {
      response.writeHead(200, { 'content-length': String(size), 'content-type': 'text/plain', ...headers })
      let sent = 0
      const more = () => {
        do sent += 65_536
        while (sent < size && response.write('x'.repeat(65_536)))
      }
      response.on('drain', more)
      response.on('close', () => closed.resolve(sent))
      more()
    },
  }))
  const { data } = await toolLine(s3GetObject, aws).run({ bucket: 'reports', key: 'a' })
  expect(data).toMatchObject({ sizeBytes: size, nextRange: 'bytes=65536-131071' })
  expect(await closed.promise).toBeLessThan(size / 4)
})

test('a body that stops halfway ends with the deadline of the call', async () => {
  await using aws = await answeringAws(() => ({
    write: (response) => void response.writeHead(200, { 'content-length': '100' }).write('half'),
  }))
  const line = toolLine(s3GetObject, aws, { timeout: 200 })
  const { error } = await line.run({ bucket: 'reports', key: 'a' })
  expect(error.code).toBe('timeout')
  expect(line.events).toMatchObject([{ outcome: 'error', reason_code: 'timeout' }])
})

test('a connection that breaks halfway gives no half object', async () => {
  await using aws = await answeringAws(() => ({
    write(response) {
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    },
  }))
  const { isError, text } = await toolLine(s3GetObject, aws).run({ bucket: 'reports', key: 'a' })
  expect(isError).toBe(true)
  expect(text).not.toContain('half')
})

test('a body that is not what its checksum says is refused', async () => {
  await using aws = await answeringAws(() => ({
    headers: { 'x-amz-checksum-crc32': 'AAAAAA==' },
    body: 'changed',
  }))
  const { isError, text } = await toolLine(s3GetObject, aws).run({ bucket: 'reports', key: 'a' })
  expect(isError).toBe(true)
  expect(text).not.toContain('changed')
})
