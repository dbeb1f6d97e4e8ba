// Bundles the programs that images run, and the npm package, or those that are named (after dependencies are
// installed): node scripts/build.mjs [gateway] [sandbox] [aws-mcp]
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { makeNpmPackage } from './npm-package.mjs'
import { root } from './setup.mjs'

const bundle = ({ name, entry, folder, target, plugins = [] }) =>
  build({
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target,
    format: 'esm',
    // Each AWS client stays a chunk of its own, loaded at its first use.
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    // CommonJS dependencies call require at run time, which an ES module does not have.
    banner: {
      js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
    },
    // The AWS SDK's CommonJS files lose their named exports when a chunk imports them.
    mainFields: ['module', 'main'],
    // Only developers' machines start containers and serve fixtures; an image never does.
    external: ['testcontainers', '@gateway/fixtures'],
    plugins,
    logLevel: 'warning',
  })

const image = (name, entry) => (folder) => bundle({ name, entry, folder, target: 'node24' })
const products = {
  gateway: image('gateway', 'apps/gateway/src/main.ts'),
  sandbox: image('sandbox', 'apps/cli/src/main.ts'),
  'aws-mcp': (folder) => makeNpmPackage(folder, bundle),
}

const asked = process.argv.slice(2)
for (const name of asked.length > 0 ? asked : Object.keys(products)) {
  if (!Object.hasOwn(products, name)) throw new Error(`there is no ${name} to build`)
  const folder = join('dist', name)
  rmSync(join(root, folder), { recursive: true, force: true })
  await products[name](folder)
}
