import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '..', 'src', 'main.ts')

test('a short soak: many clients of both eras, no error, and nothing that stays behind', async () => {
  const args = [main, '--minutes', '0.2', '--clients', '40', '--json']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const report = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
  expect(report).toMatchObject({ errors: 0, faults: [] })
  expect(report.requests).toBeGreaterThan(200)
  for (const era of ['legacy', 'modern']) {
    for (const name of ['call', 'progress', 'elicitation'])
      expect(report.done).toHaveProperty([`${era} ${name}`])
  }
})
