// Bundles the programs that images run: node scripts/build.mjs (after dependencies are installed).
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './setup.mjs'

rmSync(join(root, 'dist'), { recursive: true, force: true })
for (const [name, entry] of [
  ['gateway', 'apps/gateway/src/main.ts'],
  ['sandbox', 'apps/cli/src/main.ts'],
]) {
  await build({
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir: join('dist', name),
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Each AWS client stays a chunk of its own, loaded at its first use.
    splitting: true,
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    // CommonJS dependencies call require at run time, which an ES module does not have.
    banner: {
      js: "import{createRequire as makeRequire}from'node:module';const require=makeRequire(import.meta.url);",
    },
    // The AWS SDK's CommonJS files lose their named exports when a chunk imports them.
    mainFields: ['module', 'main'],
    // Only developers' machines start containers; an image never does.
    external: ['testcontainers'],
    logLevel: 'warning',
  })
}
