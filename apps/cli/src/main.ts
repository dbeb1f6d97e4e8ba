import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { ConfigurationError } from '@gateway/domain'
import { type Arguments, parseArguments } from './arguments.ts'
import { noOwnAws, profileSettings, withoutAws } from './sandbox/gateway-environment.ts'
import { stopRequests } from './stop-requests.ts'
import { version } from './version.ts'

const stdout = (text: string) => void process.stdout.write(text)
const stderr = (text: string) => void process.stderr.write(text)

const repository = resolve(import.meta.dirname, '..', '..', '..')

/**
 * The AWS SDK reads the environment by itself: of the person's own AWS configuration it shall see nothing, or
 * exactly the profile that they named.
 */
const replaceAwsEnvironment = (own: NodeJS.ProcessEnv, profile: string | undefined) => {
  for (const name of Object.keys(process.env)) {
    if (!(name in withoutAws(own))) delete process.env[name]
  }
  Object.assign(process.env, profile === undefined ? noOwnAws : profileSettings(own, profile))
}

const portIn = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return 3000
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

const run = async (asked: Arguments): Promise<number> => {
  const own = { ...process.env }
  switch (asked.command) {
    case 'help':
      stdout(asked.usage)
      return 0
    case 'version':
      stdout(`${version}\n`)
      return 0
    case 'fault':
      stderr(`aws-mcp: ${asked.fault}\n\n${asked.usage}`)
      return 2
    case 'stdio': {
      const { ownProcess } = await import('./stdio/own-process.ts')
      const { runStdio } = await import('./stdio/run-stdio.ts')
      const stop = stopRequests()
      const useProfile = (profile: string) => {
        process.env.AWS_PROFILE = profile
      }
      return runStdio({ ...ownProcess(), asked, env: own, stop, useProfile })
    }
    case 'tenant': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runTenant } = await import('./tenant/run-tenant.ts')
      const terminal = ownTerminal()
      const sandboxFolder = own.SANDBOX_DIR ? resolve(own.SANDBOX_DIR) : resolve(repository, '.sandbox')
      const code = await runTenant({ ...terminal, asked: asked.asked, env: own, sandboxFolder })
      await terminal.flushed()
      return code
    }
    case 'keys': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runKeys } = await import('./keys/run-keys.ts')
      const terminal = ownTerminal()
      const sandboxFolder = own.SANDBOX_DIR ? resolve(own.SANDBOX_DIR) : resolve(repository, '.sandbox')
      const code = await runKeys({ ...terminal, asked: asked.asked, env: own, sandboxFolder })
      await terminal.flushed()
      return code
    }
    case 'prices': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runPrices } = await import('./prices/run-prices.ts')
      const terminal = ownTerminal()
      const code = await runPrices({ ...terminal, asked: asked.asked, env: own, now: Date.now })
      await terminal.flushed()
      return code
    }
    case 'stop': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runStop } = await import('./stop/run-stop.ts')
      const terminal = ownTerminal()
      const sandboxFolder = own.SANDBOX_DIR ? resolve(own.SANDBOX_DIR) : resolve(repository, '.sandbox')
      const code = await runStop({ ...terminal, asked: asked.asked, env: own, sandboxFolder })
      await terminal.flushed()
      return code
    }
    case 'policy': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runPolicy } = await import('./policy/run-policy.ts')
      const terminal = ownTerminal()
      const code = await runPolicy({ ...terminal, asked: asked.asked, env: own, now: Date.now })
      await terminal.flushed()
      return code
    }
    case 'audit': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runAudit } = await import('./audit/run-audit.ts')
      const terminal = ownTerminal()
      const sandboxFolder = own.SANDBOX_DIR ? resolve(own.SANDBOX_DIR) : resolve(repository, '.sandbox')
      const code = await runAudit({
        ...terminal,
        asked: asked.asked,
        env: own,
        sandboxFolder,
        output: process.stdout,
        stop: stopRequests,
      })
      await terminal.flushed()
      return code
    }
    case 'doctor': {
      const { ownTerminal } = await import('./tenant/own-terminal.ts')
      const { runDoctor } = await import('./doctor/run-doctor.ts')
      const terminal = ownTerminal()
      const code = await runDoctor({ ...terminal, asked: asked.asked, env: own, now: Date.now })
      await terminal.flushed()
      return code
    }
    case 'sandbox': {
      if (own.npm_config_json || own.npm_config_profile) {
        stderr('npm took that option for itself. Write it behind two dashes: npm start -- --json\n')
        return 2
      }
      const port = portIn(own.PORT)
      if (port === undefined) {
        stderr('aws-mcp: PORT must be a number from 1 to 65535, for example PORT=3100 npm start\n')
        return 2
      }
      replaceAwsEnvironment(own, asked.profile)
      const { runSandbox } = await import('./sandbox/run-sandbox.ts')
      return runSandbox({
        ...asked,
        repository,
        ...(own.CACHE_DIR && { cache: resolve(own.CACHE_DIR) }),
        ...(own.SANDBOX_DIR && { folder: resolve(own.SANDBOX_DIR) }),
        gatewayEntry: resolve(repository, 'apps', 'gateway', 'src', 'main.ts'),
        port,
        env: own,
        pid: process.pid,
        stop: stopRequests(),
        stdout,
        stderr,
        heading: (text) => styleText('bold', text, { stream: process.stdout }),
      })
    }
    case 'sandbox-customer': {
      const { runCustomer } = await import('./customer/run-customer.ts')
      const repository = resolve(import.meta.dirname, '..', '..', '..')
      const sandboxFolder = own.SANDBOX_DIR ? resolve(own.SANDBOX_DIR) : resolve(repository, '.sandbox')
      return runCustomer({ asked: asked.asked, sandboxFolder, stdout, stderr })
    }
    case 'sandbox-services': {
      replaceAwsEnvironment(own, undefined)
      const { runServices } = await import('./services/run-services.ts')
      await runServices(own, stopRequests(), (line) => stdout(`${line}\n`))
      return 0
    }
  }
}

const told = (thrown: unknown): string => {
  if (thrown instanceof ConfigurationError) return thrown.message
  return `aws-mcp failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`
}

const code = await run(parseArguments(process.argv.slice(2))).catch((thrown: unknown) => {
  stderr(`${told(thrown)}\n`)
  return 1
})
// Not only the exit code: an install that a stop has interrupted, or an open IPC channel, would keep us here.
process.exit(code)
