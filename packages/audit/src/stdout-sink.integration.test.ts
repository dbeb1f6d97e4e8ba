import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { AuditLine } from './audit-line.ts'
import { stdoutSink } from './stdout-sink.ts'

const line = (n: number, length: number): AuditLine => ({
  instance: 'i',
  seq: n,
  text: `{"n":${n},"x":"${'é'.repeat(length)}"}\n`,
})
const lines = [10, 1_500, 1_000, 10, 9_000, 10].map((length, n) => line(n, length))

test('lines come whole and in their order, however long they are and however slow the reader is', async () => {
  const source = `
    import { stdoutSink } from ${JSON.stringify(join(import.meta.dirname, 'stdout-sink.ts'))}
    const sink = stdoutSink()
    for (let n = 0; n < 20; n++) await sink.write(${JSON.stringify(lines)})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  await new Promise((resolve) => setTimeout(resolve, 300))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await closed
  expect(
    text ===
      lines
        .map((each) => each.text)
        .join('')
        .repeat(20),
  ).toBe(true)
})

test('a reader that goes is a fault; what it did not get comes first when there is another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stdout-sink-'))
  const pipe = join(folder, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const flags = constants.O_RDONLY | constants.O_NONBLOCK
  const first = await open(pipe, flags)
  const writer = await open(pipe, 'w')
  const sink = stdoutSink(writer.fd)
  await sink.write([line(1, 1)])
  await first.read()
  await first.close()
  await expect(sink.write([line(2, 1)])).rejects.toMatchObject({ code: 'EPIPE' })
  await using second = await open(pipe, flags)
  await sink.write([line(2, 1)])
  await sink.write([line(3, 1)])
  const { buffer, bytesRead } = await second.read()
  expect(buffer.subarray(0, bytesRead).toString()).toBe(line(2, 1).text + line(3, 1).text)
  await sink.close()
  await writer.close()
  await rm(folder, { recursive: true })
})
