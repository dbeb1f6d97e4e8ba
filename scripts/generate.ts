// Writes what is made from the sources and committed: templates of the sandbox's tenants, JSON Schemas, the operation
// index, the reference of the tools. A test compares them. Run as npm run generate, or npm run generate --
// --service-reference FOLDER with files of AWS's service reference.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { apiIndexFiles } from '../packages/aws/build/api-index-files.ts'
import { generatedFiles } from './generated-files.ts'

const { values } = parseArgs({ options: { 'service-reference': { type: 'string' } } })
const root = dirname(import.meta.dirname)
const started = performance.now()
const apiIndex = await apiIndexFiles({ serviceReference: values['service-reference'] })
const seconds = ((performance.now() - started) / 1000).toFixed(1)
for (const [path, text] of await generatedFiles(root, apiIndex)) {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  process.stdout.write(`${path}\n`)
}
const figures = apiIndex.get('docs/api-index.md')?.match(/^\| (?:[^`|]+) \| \d+ \|$/gm) ?? []
process.stdout.write(`${figures.join('\n')}\n| seconds | ${seconds} |\n`)
