// The folder that `npm publish` takes: `aws-mcp stdio`, `tenant` and `doctor` as one bundle without dependencies.
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './setup.mjs'

/** Fills `folder` of the repository; `bundle` is esbuild with the settings of the repository. */
export const makeNpmPackage = async (folder, bundle) => {
  const entry = 'apps/cli/src/stdio/main.ts'
  const plugins = [withoutRedis]
  const { metafile } = await bundle({ name: 'stdio', entry, folder, target: 'node20', plugins })
  const at = (file) => join(root, folder, file)
  for (const file of ['aws-mcp.cjs', 'README.md']) {
    copyFileSync(join(root, 'apps', 'cli', 'package', file), at(file))
  }
  chmodSync(at('aws-mcp.cjs'), 0o755)
  copyFileSync(join(root, 'LICENSE'), at('LICENSE'))
  writeFileSync(at('THIRD-PARTY-LICENSES.txt'), licencesOf(Object.keys(metafile.inputs)))
  writeFileSync(at('package.json'), `${JSON.stringify(manifest(), undefined, 2)}\n`)
}

/** One person needs no Redis; packages/stores has it beside its memory twins, and unused imports of it may go. */
const withoutRedis = {
  name: 'without-redis',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^ioredis$/ }, ({ path }) => ({ path, external: true, sideEffects: false })),
}

const manifest = () => {
  const { name, version, license } = JSON.parse(
    readFileSync(join(root, 'apps', 'cli', 'package.json'), 'utf8'),
  )
  return {
    name,
    version,
    description:
      'AWS for AI clients over the Model Context Protocol, with your own AWS credentials, read-only by default',
    keywords: ['mcp', 'model-context-protocol', 'aws'],
    license,
    bin: { [name]: 'aws-mcp.cjs' },
    engines: { node: '>=20' },
  }
}

/** The licence of every package that is in the bundle, each text once, as MIT, BSD and Apache-2.0 want it. */
const licencesOf = (inputs) => {
  const byText = new Map()
  for (const path of new Set(inputs.flatMap(packageOf))) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))
    const text = licenceText(path) ?? `License: ${license}`
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`])
  }
  const parts = [...byText].map(([text, names]) => `${names.sort().join('\n')}\n\n${text.trim()}\n`)
  return parts.sort().join(`\n${'-'.repeat(80)}\n\n`)
}

/** Folder of the package that a bundled file is of, installed or a copy in this repository; none for our own files. */
const packageOf = (input) => {
  if (input.startsWith('packages/pictures/font/')) return [dirname(input)]
  if (!input.includes('node_modules/')) return []
  let path = dirname(input)
  // A package.json without a name only says how the files beside it are to be read.
  while (!named(path)) path = dirname(path)
  return [path]
}

const named = (path) => {
  const file = join(root, path, 'package.json')
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined
}

const licenceText = (path) => {
  const file = readdirSync(join(root, path)).find((each) => /^licen[cs]e(\.|$)/i.test(each))
  return file && readFileSync(join(root, path, file), 'utf8')
}
