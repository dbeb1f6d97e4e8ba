import { existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGuarded } from './guarded-process.ts'
import { startRedis } from './redis.ts'
import { localOnly, processesOf } from './testing/test-environment.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backends-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Options under which `redis-server` is a script of ours. */
const withRedisServer = (script: string) => {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'redis-server'), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const { PATH } = process.env
  const env = { ...localOnly.env, PATH: `${bin}:${PATH}`, REAL_PATH: PATH }
  return { ...localOnly, cacheDir: folder, env }
}

test('a server that ends at once is reported with the end of its output', async () => {
  const start = startRedis(withRedisServer('echo "FATAL: no such option"; exit 1'))
  await expect(start).rejects.toThrow(/local redis-server failed: it exited.*\n.*FATAL: no such option/)
})

test('a port that is taken in the last moment is exchanged for another, once', async () => {
  const taken = 'echo "bind: Address already in use"; exit 1'
  const options = withRedisServer(
    `[ -e tried ] || { touch tried; ${taken}; }\nPATH="$REAL_PATH" exec redis-server "$@"`,
  )
  await using redis = await startRedis(options)
  expect(processesOf(redis.url)).not.toEqual([])
})

test('a server that ignores SIGTERM is killed after three seconds', { timeout: 20_000 }, async () => {
  const output = openSync(join(folder, 'log'), 'w')
  const options = { env: localOnly.env, cwd: folder, output }
  const stubborn = startGuarded('sh', ['-c', 'trap "" TERM; touch up; while :; do sleep 0.1; done'], options)
  await expect.poll(() => existsSync(join(folder, 'up'))).toBe(true)
  const before = performance.now()
  await stubborn.stop()
  expect(await stubborn.ended).toBe(-1)
  expect(performance.now() - before).toBeGreaterThan(2900)
})
