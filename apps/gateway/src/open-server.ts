import { randomBytes } from 'node:crypto'
import {
  type CallDependencies,
  callTool,
  getPrompt,
  readResource,
  type TenantDirectory,
} from '@gateway/domain'
import { createServer, type McpDependencies, type Server } from '@gateway/mcp'
import type { Logger } from 'pino'
import { admitSession } from './admit-session.ts'
import { recordCallRefusal } from './failures.ts'
import { observedLimiter } from './observed-stores.ts'
import type { RunningCalls } from './running-calls.ts'
import { renewedBy } from './same-rules.ts'
import type { Stores } from './stores.ts'
import { version } from './version.ts'

/** What the protocol needs beside the second half of the line. */
export interface ServerParts extends Pick<McpDependencies, 'stateKeys'> {
  readonly stores: Stores
  readonly directory: TenantDirectory
  readonly log: Logger
  readonly running: RunningCalls
}

/** The protocol of this process, whose calls go down the second half of the line. */
export const openServer = (
  calls: CallDependencies,
  { stores, directory, log, stateKeys, running }: ServerParts,
): Server => {
  const { offerOf, audit, cursors, now } = calls
  return createServer({
    ...stores,
    offerOf,
    callTool: running.counted((call) => callTool(calls, call)),
    readResource: running.counted((read) => readResource(calls, read)),
    getPrompt: running.counted((call) => getPrompt(calls, call)),
    admitSession: admitSession(observedLimiter(stores.limiter, calls.measured ?? (() => undefined))),
    refused: (caller, { code }) => recordCallRefusal({ audit, now }, caller, `rpc:${code}`),
    ...(calls.measured && { measured: calls.measured }),
    cursors,
    stateKeys,
    logOf: (reqId) => log.child({ reqId }),
    renewed: renewedBy(directory),
    serverInfo: { name: 'aws-mcp-gateway', title: 'AWS MCP gateway', version },
    newId: () => randomBytes(24).toString('base64url'),
    now,
  })
}
