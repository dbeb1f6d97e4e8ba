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

const vitest = async (node, env, name, args) => {
  const report = join(root, '.cache', 'vitest.json')
  rmSync(report, { force: true })
  say(`\n== ${name}`)
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

/** Everything; what the later tests need is installed beside what needs none of it. */
const everything = async (node, env) => {
  const provided = run(node, [join(root, 'scripts', 'provide-backends.ts')], { env })
  await gates(env)
  await vitest(node, env, 'unit tests', ['--project=unit'])
  // Where it failed, the tests fail and say why.
  await provided
  const rest = ['integration', 'e2e', 'e2e-alone'].map((name) => `--project=${name}`)
  await vitest(node, env, 'integration and end-to-end tests', rest)
  await conformance(node, env)
}

const gates = async (env) => {
  const bin = (name) => join(root, 'node_modules', '.bin', name)
  await gate('format and lint', bin('biome'), ['ci', '--error-on-warnings', '.'], env)
  await gate('types', bin('tsc'), ['--noEmit'], env)
}

try {
  const node = await setUp(say)
  // The tests start hundreds of processes, which half of the time would compile the same files again.
  const compiled = join(root, '.cache', 'compiled')
  rmSync(compiled, { recursive: true, force: true })
  const env = environment(node, { NODE_COMPILE_CACHE: compiled })
  const only = process.argv.slice(2)
  if (only.length === 0) {
    await everything(node, env)
  } else {
    await gates(env)
    await vitest(node, env, 'tests', only)
  }
} catch (error) {
  say(error.message)
  failed += 1
}
say(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
