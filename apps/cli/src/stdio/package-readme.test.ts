import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usage } from '../usage.ts'
import { overrides } from './overrides.ts'
import { settingsSchema } from './settings-schema.ts'

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'package', 'README.md'), 'utf8')
const { authentication, permissions, operations } = settingsSchema.shape
const settings = [authentication, permissions, operations].flatMap((block) =>
  Object.keys(block.unwrap().shape),
)
const variables = overrides.map(({ variable }) => variable)

test.each([...settings, ...variables])('the README of the npm package tells of %s', (name) => {
  expect(readme).toContain(name)
})

test.each(variables)('--help tells of %s', (name) => {
  expect(usage).toContain(name)
})
