import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { provideMoto } from './moto-venv.ts'
import { localOnly } from './testing/test-environment.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backends-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

// `python3 -m venv` copies this script; as `python -m pip` it is silent until it is let on.
const python = `#!/bin/sh
case "$1 $2" in
'-m venv') mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
'-m pip') touch "$TEST_FOLDER/pip-runs"; until [ -e "$TEST_FOLDER/go-on" ]; do sleep 0.05; done ;;
esac
`

test('an install is heard of every five seconds until it is done', async () => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'python3'), python, { mode: 0o755 })
  const env = { ...localOnly.env, PATH: `${bin}:${process.env.PATH}`, TEST_FOLDER: folder }
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)

  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const made = provideMoto({ cacheDir: folder, env, mayInstall: false, say })
  await expect.poll(() => existsSync(join(folder, 'pip-runs')), { timeout: 10_000 }).toBe(true)
  vi.advanceTimersByTime(14_000)
  writeFileSync(join(folder, 'go-on'), '')
  await made
  vi.advanceTimersByTime(60_000)
  expect(lines.slice(1)).toEqual([
    'still installing moto (5 s)',
    'still installing moto (10 s)',
    expect.stringMatching(/^installed moto /),
  ])
})
