import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { startRedis } from './redis.ts'
import { anyWay, localOnly, processesOf } from './testing/test-environment.ts'

const slow = { timeout: 300_000 }

const tell = (url: string, command: string): Promise<string> => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.end(`${command}\r\nQUIT\r\n`)
  return text(socket)
}

test('Redis answers PING, and no longer after stop()', slow, async () => {
  const redis = await startRedis(anyWay)
  expect(redis.how).toMatch(/^(container redis:7-alpine|local redis-server)$/)
  expect(await tell(redis.url, 'PING')).toContain('+PONG')
  await redis.stop()
  await expect(tell(redis.url, 'PING')).rejects.toThrow(/ECONNREFUSED/)
})

test('a local Redis listens on loopback, keeps nothing and leaves no process', slow, async () => {
  const redis = await startRedis(localOnly)
  expect(new URL(redis.url).hostname).toBe('127.0.0.1')
  expect(await tell(redis.url, 'CONFIG GET bind')).toContain('127.0.0.1')
  expect(await tell(redis.url, 'CONFIG GET appendonly')).toContain('no')
  expect(await tell(redis.url, 'CONFIG GET save')).toContain('$4\r\nsave\r\n$0')
  // The server and its guard.
  expect(processesOf(redis.url)).toHaveLength(2)
  await redis.stop()
  await redis.stop()
  expect(processesOf(redis.url)).toEqual([])
})

test('two run side by side, and a port that is taken is an error', slow, async () => {
  await using one = await startRedis(localOnly)
  await using two = await startRedis(localOnly)
  expect(one.url).not.toBe(two.url)
  const port = Number(new URL(one.url).port)
  await expect(startRedis({ ...localOnly, port })).rejects.toThrow(/EADDRINUSE/)
})

test('the log stays where it was asked for, and only there', slow, async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'backends-'))
  const unlogged = await startRedis({ ...localOnly, cacheDir })
  expect(readdirSync(cacheDir)).toEqual([])
  await unlogged.stop()
  await using _ = await startRedis({ ...localOnly, cacheDir, logFile: join(cacheDir, 'logs', 'redis.log') })
  expect(readFileSync(join(cacheDir, 'logs', 'redis.log'), 'utf8')).toContain('Ready to accept connections')
  rmSync(cacheDir, { recursive: true })
})

test('a missing redis-server is named, with how to get it', async () => {
  const env = { ...localOnly.env, PATH: '' }
  const start = startRedis({ ...localOnly, env })
  await expect(start).rejects.toThrow(/redis-server is not on the PATH.*apt-get install redis-server/)
})
