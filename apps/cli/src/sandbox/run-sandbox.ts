import { mkdir } from 'node:fs/promises'
import { freePortNear } from '../loopback-port.ts'
import { callbackUrl, startSso } from '../sso/start-sso.ts'
import { provideAuditKeys } from './audit-keys.ts'
import { makeAuthorization } from './authorization.ts'
import { makeDemoWorld } from './demo-world.ts'
import { SandboxFailure } from './failure.ts'
import { gatewayEnvironment } from './gateway-environment.ts'
import { gatewayPort } from './gateway-port.ts'
import { startGateway } from './gateway-process.ts'
import { keepOperator } from './keep-operator.ts'
import { makeOwnWorld } from './own-world.ts'
import { sandboxPaths } from './paths.ts'
import { createProgress } from './progress.ts'
import { removeReadyFiles, removeStaleFiles, writeReadyFiles } from './ready-file.ts'
import { stateKey } from './state-key.ts'
import { Stopped, unlessStopped } from './stopping.ts'
import { welcome } from './welcome.ts'

/** What a sandbox is started with. */
export interface SandboxOptions {
  readonly repository: string
  /** Folder of what is installed once; absent means that of the repository. */
  readonly cache?: string
  /** Folder of what this sandbox writes; absent means `.sandbox` of the repository. */
  readonly folder?: string
  readonly gatewayEntry: string
  readonly port: number
  readonly json: boolean
  readonly profile?: string
  /** As the person has it, their AWS configuration included. */
  readonly env: NodeJS.ProcessEnv
  readonly pid: number
  readonly stop: AbortSignal
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
  readonly heading: (text: string) => string
}

/** Runs the sandbox until `stop`, or until its gateway ends; gives the exit code once all of it has stopped. */
export const runSandbox = async (options: SandboxOptions): Promise<number> => {
  try {
    await serveUntilStopped(options)
    return 0
  } catch (thrown) {
    if (thrown instanceof Stopped) return 0
    if (!(thrown instanceof SandboxFailure)) throw thrown
    options.stderr(`${thrown.message}\n`)
    return 1
  }
}

const serveUntilStopped = async (options: SandboxOptions): Promise<void> => {
  const { repository, profile, env, pid, stop, json } = options
  const paths = sandboxPaths(repository, options)
  // First of all, so that a second start on a taken port touches nothing of the first.
  const port = await gatewayPort(options.port)
  await mkdir(paths.folder, { recursive: true, mode: 0o700 })
  await removeStaleFiles(paths)
  const tell = json ? options.stderr : options.stdout
  const progress = createProgress(tell)
  await using started = new AsyncDisposableStack()
  stop.addEventListener('abort', () => tell('\nStopping.\n'), { once: true })

  const setup = { paths, progress, stop, started }
  const world =
    profile === undefined
      ? await makeDemoWorld(env, setup)
      : await makeOwnWorld(profile, env.AWS_ENDPOINT_URL, setup)

  const publicUrl = `http://127.0.0.1:${port}`
  const url = `${publicUrl}/mcp`
  const { tenants, tenantsFile, aws, endpoint, secret, gatewayRoleArn } = world
  const authorization = await makeAuthorization(port, tenants)
  const sso = await progress.step(
    'Sign-in',
    async () =>
      startSso({
        tenants,
        resource: url,
        signIn: { redirectUri: callbackUrl(authorization.url), secrets: authorization.secrets },
        ...(gatewayRoleArn !== undefined && { adminResource: `${publicUrl}/admin` }),
        port: await freePortNear(port + 1),
        ...(secret !== undefined && { secret }),
      }),
    (result) => result.url,
  )
  started.defer(sso.stop)

  const key = await stateKey(env, paths.stateKey)
  const settings = {
    port,
    publicUrl,
    ssoUrl: sso.url,
    authorization,
    tenantsFile,
    audit: await provideAuditKeys(paths),
    ...(key !== undefined && { stateKey: key }),
    ...(gatewayRoleArn !== undefined && { gatewayRoleArn }),
  }
  const gateway = await progress.step(
    'Gateway',
    async () => {
      const child = startGateway({
        entry: options.gatewayEntry,
        folder: repository,
        env: gatewayEnvironment(env, settings, aws),
        logFile: paths.gatewayLog,
        baseUrl: publicUrl,
      })
      started.defer(child.stop)
      await unlessStopped(stop, child.ready())
      return child
    },
    () => publicUrl,
  )

  const users = await sso.signInEverybody()
  const makeReady = async () => {
    const operator = await sso.signInOperator()
    const signedIn = operator && { token: operator.token, adminUrl: `${publicUrl}/admin/v1` }
    return {
      url,
      authorization: { issuer: authorization.url },
      tenants: users,
      ...(signedIn && { operator: signedIn }),
      aws: { endpoint },
      pid,
    }
  }
  const ready = await makeReady()
  started.defer(() => removeReadyFiles(paths, pid))
  await writeReadyFiles(paths, ready)
  started.defer(keepOperator(paths, makeReady))
  options.stdout(
    json ? `${JSON.stringify(ready)}\n` : welcome({ ...options, ...world, ready, paths, ssoUrl: sso.url }),
  )

  const how = await unlessStopped(stop, gateway.ended)
  throw new SandboxFailure(`The gateway ended by itself (${how}). ${await gateway.tail()}`)
}
