// Writes what is made from the sources and committed: templates of the sandbox's tenants, and JSON Schemas. A test
// compares them. Run as npm run generate.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedFiles } from './generated-files.ts'

const root = dirname(import.meta.dirname)
for (const [path, text] of await generatedFiles(root)) {
  const file = join(root, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  process.stdout.write(`${path}\n`)
}
