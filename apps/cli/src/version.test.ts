import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { version } from './version.ts'

test('the version that people see is that of the package', () => {
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')
  expect(JSON.parse(manifest)).toMatchObject({ name: 'aws-mcp', version })
})
