import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '..', 'src', 'main.ts')
const run = (...args: string[]) => promisify(execFile)(process.execPath, [main, ...args])

test('short faults under load: nothing lost, done twice or left out of the audit, and all is good again', async () => {
  const names = ['replica-killed', 'redis-frozen', 'aws-failing']
  const { stdout } = await run('--only', names.join(','), '--seconds', '2', '--json')
  const { faults, breaches } = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  expect(breaches).toEqual([])
  const none = { lost: 0, duplicated_writes: 0, audit_missing: 0, recovered: true }
  expect(faults).toMatchObject(names.map((fault) => ({ fault, ...none })))
  for (const { answered, writes } of faults) {
    expect(answered).toBeGreaterThan(20)
    expect(writes).toBeGreaterThan(0)
  }
  // A fault that nobody noticed was none.
  const [, , failing] = faults
  expect(failing.refused).toHaveProperty('aws_error')
}, 180_000)

test('a fault that there is not is said, with those that there are', async () => {
  const refused = await run('--only', 'redis-on-fire').catch(
    (error: { code: number; stdout: string }) => error,
  )
  expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining('redis-frozen') })
})
