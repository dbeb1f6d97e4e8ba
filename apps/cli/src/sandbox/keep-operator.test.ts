import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { keepOperator } from './keep-operator.ts'
import { sandboxPaths } from './paths.ts'

afterEach(() => void vi.useRealTimers())

test('the token of the operator is renewed in time, until the sandbox ends', async () => {
  const paths = sandboxPaths(await mkdtemp(join(tmpdir(), 'sandbox-')))
  await mkdir(paths.folder)
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  let made = 0
  const end = keepOperator(paths, async () => {
    made += 1
    const operator = { token: `token-${made}`, adminUrl: 'http://127.0.0.1:3000/admin/v1' }
    const authorization = { issuer: 'http://127.0.0.1:3002' }
    const url = 'http://127.0.0.1:3000/mcp'
    return { url, authorization, tenants: [], operator, aws: { endpoint: null }, pid: 1 }
  })
  const kept = () => readFile(paths.operatorToken, 'utf8').catch(() => 'none')
  vi.advanceTimersByTime(29 * 60_000)
  expect(made).toBe(0)
  for (const token of ['token-1\n', 'token-2\n']) {
    vi.advanceTimersByTime(30 * 60_000)
    await vi.waitFor(async () => expect(await kept()).toBe(token))
    await vi.waitFor(async () =>
      expect(JSON.parse(await readFile(paths.ready, 'utf8')).operator.token).toBe(token.trim()),
    )
  }
  end()
  vi.advanceTimersByTime(60 * 60_000)
  expect(made).toBe(2)
  await rm(paths.repository, { recursive: true })
})
