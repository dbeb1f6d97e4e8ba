import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { engineAnswers } from './container.ts'
import { startRedis } from './redis.ts'
import { anyWay } from './testing/test-environment.ts'

/** A Docker engine of ours on a socket of its own. */
const startEngine = async (answer: RequestListener) => {
  const folder = mkdtempSync(join(tmpdir(), 'engine-'))
  const socketPath = join(folder, 'docker.sock')
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(socketPath, resolve))
  return {
    DOCKER_HOST: `unix://${socketPath}`,
    [Symbol.dispose]() {
      server.closeAllConnections()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test('an engine that is silent, or not there, is given up soon', async () => {
  using engine = await startEngine(() => {})
  const before = performance.now()
  expect(await engineAnswers({ DOCKER_HOST: engine.DOCKER_HOST })).toBe(false)
  expect(await engineAnswers({ DOCKER_HOST: 'unix:///no/docker/here.sock' })).toBe(false)
  expect(await engineAnswers({ DOCKER_HOST: 'tcp://127.0.0.1:1' })).toBe(false)
  // 0.8 s on an idle machine; without a limit of ours the silent one would be waited for until the test ends.
  expect(performance.now() - before).toBeLessThan(10_000)
})

test('an image that cannot be had is said in one line, and a local process serves', async () => {
  const info = {
    '/_ping': {},
    '/info': {},
    '/networks/bridge': { IPAM: { Config: [{ Gateway: '127.0.0.1' }] } },
  }
  const answers = new Map<string, unknown>(Object.entries(info))
  using engine = await startEngine(({ url = '' }, response) => {
    const answer = answers.get(url)
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer ?? { message: 'no such registry' }))
  })
  // testcontainers looks at the real environment.
  vi.stubEnv('DOCKER_HOST', engine.DOCKER_HOST)
  const lines: string[] = []
  await using redis = await startRedis({ ...anyWay, say: (line) => lines.push(line) })
  expect(redis.how).toBe('local redis-server')
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^container redis:7-alpine did not start; using a local process instead: .*no such registry/,
    ),
  )
  vi.unstubAllEnvs()
})
