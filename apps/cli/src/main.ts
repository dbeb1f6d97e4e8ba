import { resolve } from 'node:path'
import { styleText } from 'node:util'
import { ConfigurationError } from '@gateway/domain'
import { type Arguments, parseArguments, usage } from './arguments.ts'
import { noOwnAws, profileSettings, withoutAws } from './sandbox/gateway-environment.ts'
import { stopRequests } from './stop-requests.ts'
import { version } from './version.ts'

const stdout = (text: string) => void process.stdout.write(text)
const stderr = (text: string) => void process.stderr.write(text)

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
      stdout(usage)
      return 0
    case 'version':
      stdout(`${version}\n`)
      return 0
    case 'fault':
      stderr(`aws-mcp: ${asked.fault}\n\n${usage}`)
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
      const repository = resolve(import.meta.dirname, '..', '..', '..')
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
