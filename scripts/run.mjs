// Sets up, then runs a program of this repository with Node 24: node scripts/run.mjs FILE [ARGUMENTS]
// The child holds an IPC channel and ends when this process does, whatever ends it.
import { environment, run, setUp } from './setup.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
const [file, ...args] = process.argv.slice(2)

try {
  const node = await setUp(say)
  const code = await run(node, [file, ...args], {
    env: environment(node),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    started: (child) => {
      // A terminal sends Ctrl-C to the child as well; here it must only not end the wait for it.
      process.on('SIGINT', () => undefined)
      for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    },
  })
  process.exitCode = code
} catch (error) {
  say(error.message)
  process.exitCode = 1
}
