import { spawnSync } from 'node:child_process'
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
