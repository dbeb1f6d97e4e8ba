import { parseArguments } from '../arguments.ts'
import { runDoctor } from '../doctor/run-doctor.ts'
import { runKeys } from '../keys/run-keys.ts'
import { runPolicy } from '../policy/run-policy.ts'
import { runPrices } from '../prices/run-prices.ts'
import { stopRequests } from '../stop-requests.ts'
import { ownTerminal } from '../tenant/own-terminal.ts'
import { runTenant } from '../tenant/run-tenant.ts'
import { version } from '../version.ts'
import { ownProcess } from './own-process.ts'
import { runStdio } from './run-stdio.ts'

// The program of the npm package: no sandbox, which starts what only a clone has.

const run = async (): Promise<number> => {
  const asked = parseArguments(process.argv.slice(2))
  switch (asked.command) {
    case 'help':
      process.stdout.write(asked.usage)
      return 0
    case 'version':
      process.stdout.write(`${version}\n`)
      return 0
    case 'fault':
      process.stderr.write(`aws-mcp: ${asked.fault}\n\n${asked.usage}`)
      return 2
    case 'stdio': {
      const stop = stopRequests()
      return runStdio({ ...ownProcess(), asked, env: process.env, stop, useProfile })
    }
    case 'tenant': {
      const terminal = ownTerminal()
      const code = await runTenant({ ...terminal, asked: asked.asked, env: process.env })
      await terminal.flushed()
      return code
    }
    case 'keys': {
      const terminal = ownTerminal()
      const code = await runKeys({ ...terminal, asked: asked.asked, env: process.env })
      await terminal.flushed()
      return code
    }
    case 'prices': {
      const terminal = ownTerminal()
      const code = await runPrices({ ...terminal, asked: asked.asked, env: process.env, now: Date.now })
      await terminal.flushed()
      return code
    }
    case 'policy': {
      const terminal = ownTerminal()
      const code = await runPolicy({ ...terminal, asked: asked.asked, env: process.env, now: Date.now })
      await terminal.flushed()
      return code
    }
    case 'doctor': {
      const terminal = ownTerminal()
      const code = await runDoctor({ ...terminal, asked: asked.asked, env: process.env, now: Date.now })
      await terminal.flushed()
      return code
    }
    default:
      process.stderr.write(
        `aws-mcp: ${asked.command} needs a clone of the repository; there it is npm start\n`,
      )
      return 2
  }
}

const useProfile = (profile: string) => {
  process.env.AWS_PROFILE = profile
}

const code = await run().catch((thrown: unknown) => {
  process.stderr.write(`aws-mcp failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
  return 1
})
process.exit(code)
