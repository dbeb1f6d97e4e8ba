import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '..', 'src', 'main.ts')

test('a short run: 1,500 inputs of every kind, and nothing found', async () => {
  const args = [main, '--seed', '20260727', '--inputs', '1500', '--stores', 'memory', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  expect(report).toMatchObject({ seed: 20_260_727, inputs: 1_500, findings: [] })
  expect(report.memory_growth).toBeLessThan(0.1)
  // The refusals are those that were meant, and calls that are good reach AWS and come back.
  for (const kind of ['http', 'rpc', 'jwt', 'resume', 'cursors', 'arguments', 'sockets'])
    expect(report.by_target[kind]).toBeGreaterThan(200)
  for (const told of ['good', 'aws_error', 'unknown_cursor', 'invalid_arguments', '401', '405'])
    expect(report.told).toHaveProperty([told])
})
