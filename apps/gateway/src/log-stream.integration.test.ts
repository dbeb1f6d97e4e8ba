import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { openLogStream } from './log-stream.ts'

const folder = mkdtempSync(join(tmpdir(), 'log-stream-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('lines of one turn are written together and in their order, before the next', async () => {
  const file = join(folder, 'a.log')
  const stream = openLogStream(openSync(file, 'w'))
  stream.write('one\n')
  stream.write('two\n')
  expect(readFileSync(file, 'utf8')).toBe('')
  await turn()
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
  stream.write('three\n')
  stream.flushSync()
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\nthree\n')
})

test('what is held when the process ends is written', () => {
  const source = `import { openLogStream } from ${JSON.stringify(join(import.meta.dirname, 'log-stream.ts'))}
    openLogStream().write('last words\\n')
    process.exit(3)`
  const ended = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' })
  expect([ended.status, ended.stdout]).toEqual([3, 'last words\n'])
})

test('a reader who does not read costs lines, which are counted, and neither time nor the end of the process', async () => {
  const source = `import { openLogStream } from ${JSON.stringify(join(import.meta.dirname, 'log-stream.ts'))}
    const stream = openLogStream()
    for (let n = 0; n < 20_000; n++) stream.write(String(n).padEnd(199) + '\\n')
    process.stderr.write('not stopped')
    process.on('SIGTERM', () => process.exit(4))
    setInterval(() => stream.write('later\\n'), 100)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source])
  await once(child.stderr, 'data')
  // It runs on although nobody reads.
  await new Promise((resolve) => setTimeout(resolve, 200))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await expect.poll(() => text).toContain('later')
  child.stdout.pause()
  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(4)
  const lines = text.split('\n').slice(0, -1)
  const notice = lines.findIndex((line) => line.startsWith('{'))
  expect(lines.slice(0, notice).map(Number)).toEqual(Array.from({ length: notice }, (_, n) => n))
  expect(JSON.parse(lines[notice] ?? '')).toMatchObject({ level: 'warn', lines: 20_000 - notice })
  expect(lines[notice + 1]).toBe('later')
})
