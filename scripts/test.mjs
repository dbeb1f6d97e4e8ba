// npm test: sets up, then everything that a change must pass; the last line is `N passed, N failed`.
// Arguments go to vitest: npm test -- packages/domain
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { environment, root, run, setUp } from './setup.mjs'

const say = (line) => process.stdout.write(`${line}\n`)
let passed = 0
let failed = 0

const gate = async (name, command, args, env) => {
  say(`\n== ${name}`)
  const started = Date.now()
  const code = await run(command, args, { env })
  if (code === 0) passed += 1
  else failed += 1
  say(
    `== ${name}: ${code === 0 ? 'passed' : `failed (exit ${code})`} in ${((Date.now() - started) / 1000).toFixed(1)} s`,
  )
}

const vitest = async (node, env, args) => {
  const report = join(root, '.cache', 'vitest.json')
  rmSync(report, { force: true })
  say('\n== unit, integration and end-to-end tests')
  const code = await run(
    node,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    // CI makes vitest refuse to write snapshots that nobody has read.
    { env: { ...env, CI: 'true' } },
  )
  if (!existsSync(report)) {
    failed += 1
    return
  }
  const counts = JSON.parse(readFileSync(report, 'utf8'))
  passed += counts.numPassedTests
  // A skipped test counts as failed: there is no reason here to have one.
  const skipped = counts.numPendingTests + counts.numTodoTests
  if (skipped > 0) say(`${skipped} tests were skipped; none may be.`)
  const broken = counts.numFailedTests + skipped
  // An error outside of any test fails the run without failing a test.
  failed += code !== 0 && broken === 0 ? 1 : broken
}

const conformance = async (node, env) => {
  const report = join(root, '.cache', 'conformance.json')
  rmSync(report, { force: true })
  say('\n== MCP conformance of two replicas')
  const code = await run(node, [join(root, 'apps/conformance/src/main.ts'), '--report', report], { env })
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { passed: 0, failed: 0 }
  passed += counts.passed
  failed += code !== 0 && counts.failed === 0 ? 1 : counts.failed
}

try {
  const node = await setUp(say)
  const env = environment(node)
  const bin = (name) => join(root, 'node_modules', '.bin', name)
  await gate('format and lint', bin('biome'), ['ci', '--error-on-warnings', '.'], env)
  await gate('types', bin('tsc'), ['--noEmit'], env)
  const only = process.argv.slice(2)
  await vitest(node, env, only)
  if (only.length === 0) await conformance(node, env)
} catch (error) {
  say(error.message)
  failed += 1
}
say(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
