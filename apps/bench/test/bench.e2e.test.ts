import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('the bench ends with one line of JSON that has the ratios', async () => {
  const main = join(import.meta.dirname, '..', 'src', 'main.ts')
  // The tool that answers with a stream waits 100 ms while it works: no round may be shorter.
  const args = [main, '--json', '--only', 'calls', '--rounds', '1', '--seconds', '0.25']
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args)
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  // Whether they are good is for people to judge; that the gateway answered every request is checked by the bench.
  expect(result.ours_over_ceiling_memory).toBeGreaterThan(0)
  expect(result.ours_over_ceiling_redis).toBeGreaterThan(0)
  expect(result.ours_sse_over_ceiling_redis).toBeGreaterThan(0)
  expect(result.ours_over_best_sdk_peer).toBeNull()
  expect(result.rows).toHaveLength(10)
  expect(stderr).toContain('| gateway, Redis, 2026-07-28, JSON |')
})
