import { startBackend } from './backend.ts'
import type { Backend, BackendKind, BackendOptions } from './backend-kind.ts'
import { motoProgram } from './moto-program.ts'
import { motoVersion, provideMoto } from './moto-venv.ts'

const requestLimitMs = 5000

/** Starts moto, which answers the AWS APIs from memory, with accounts kept apart. */
export const startAwsStandIn = (options: BackendOptions): Promise<Backend> =>
  startBackend(awsStandIn, options)

const ready = async (url: string): Promise<void> => {
  await call(`${url}/moto-api/`)
  // By default moto runs functions and jobs in containers of its own; these only echo, and survive /moto-api/reset.
  const config = { lambda: { use_docker: false }, batch: { use_docker: false } }
  await call(`${url}/moto-api/config`, { method: 'POST', body: JSON.stringify(config) })
}

const call = async (url: string, init: RequestInit = {}): Promise<void> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(requestLimitMs) })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`moto answered ${response.status}`)
}

const awsStandIn: BackendKind = {
  image: `motoserver/moto:${motoVersion}`,
  containerPort: 5000,
  entrypoint: ['python', '-c', motoProgram, '-H', '0.0.0.0', '-p', '5000'],
  // Without it moto serves the objects of any account's bucket to whoever knows the name.
  environment: { MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS: 'false' },
  url: (host, port) => `http://${host}:${port}`,
  ready,
  async findProgram(setup) {
    const python = await provideMoto(setup)
    return {
      how: `local moto ${motoVersion}`,
      command: python,
      // Not by the `moto_server` script, which names the folder in which the environment was made, before its rename.
      args: (port) => ['-c', motoProgram, '-H', '127.0.0.1', '-p', String(port)],
    }
  },
}
