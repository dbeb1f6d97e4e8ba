import { freePort } from '@gateway/backends'
import { type GatewayProcess, openFolder, startProcess, untilServing } from './gateway-process.ts'
import { openSignIn, type SignIn } from './sign-in.ts'
import { type Tenancy, tenantsText } from './tenancy.ts'
import { send, type WireAnswer } from './wire.ts'

/** A gateway process that serves, with its sign-ins. */
export interface ServingProcess extends GatewayProcess {
  readonly url: string
  readonly acme: SignIn
  readonly auditFile: string
  /** POST of a JSON-RPC request by ann of acme. */
  call(method: string, params?: object): Promise<WireAnswer>
}

/** Starts `main.ts` with two customers and waits until it serves. */
export const serveProcess = async (
  env: Readonly<Record<string, string>>,
  change?: (tenancy: Tenancy) => void,
  isRead = true,
): Promise<ServingProcess> => {
  await using stack = new AsyncDisposableStack()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const resource = `${url}/mcp`
  const acme = stack.use(await openSignIn({ id: 'acme', resource }))
  const globex = stack.use(await openSignIn({ id: 'globex', resource }))
  const folder = stack.use(await openFolder(tenantsText({ acme, globex }, change)))
  const gateway = stack.use(startProcess(folder, { PORT: String(port), ...env }, isRead))
  await untilServing(gateway, `${url}/healthz`)
  const token = acme.token()
  const held = stack.move()
  return {
    ...gateway,
    url,
    acme,
    auditFile: folder.auditFile,
    call: (method, params = {}) =>
      send(url, {
        method: 'POST',
        path: '/mcp',
        headers: [
          ['authorization', `Bearer ${token}`],
          ['content-type', 'application/json'],
        ],
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}
