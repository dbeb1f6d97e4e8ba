import { randomBytes } from 'node:crypto'
import {
  createActionCatalogue,
  createApiIndex,
  createAwsAccess,
  createAwsApi,
  createPermissionBoundaries,
  identityOfProfile,
} from '@gateway/aws'
import {
  type AuditLog,
  auditDigests,
  type CallDependencies,
  callTool,
  cursorCodec,
  findResource,
  type Grant,
  getPrompt,
  type Log,
  offerFor,
  offerOf,
  readResource,
  refusalEvent,
  sessionPolicies,
  usesAws,
} from '@gateway/domain'
import { createServer } from '@gateway/mcp'
import { createDraw } from '@gateway/pictures'
import {
  memoryAwsBudget,
  memoryBudgetLedger,
  memoryConcurrencyLimiter,
  memoryEventLog,
  memoryRateLimiter,
  memoryRecentEvents,
  memoryRecordStore,
  memoryReplicaBus,
  memorySessionStore,
} from '@gateway/stores'
import { createCostGuard, type openPriceBook, prompts, resources, tools } from '@gateway/tools'
import { version } from '../version.ts'
import { accountFinder } from './account-finder.ts'
import { asPerson } from './as-person.ts'
import { checkPolicy, checkSessions } from './check-sessions.ts'
import { inTurn } from './in-turn.ts'
import { localGrant } from './local-grant.ts'
import type { Settings } from './settings-schema.ts'

/** What a stdio process is joined from, beside the packages. */
export interface StdioOptions {
  readonly settings: Settings
  readonly region: string
  readonly osUser: string
  /** A test backend for all of AWS. */
  readonly endpoint?: string | undefined
  readonly audit: AuditLog
  readonly prices: Awaited<ReturnType<typeof openPriceBook>>
  readonly log: Log
  /** Cancels every call once it aborts. */
  readonly ending: AbortSignal
}

/** Joins the packages into an MCP server of one person; `close` releases what was opened. */
export const createStdioDependencies = async (options: StdioOptions) => {
  const apiIndex = await createApiIndex()
  const { settings, region, osUser, endpoint, prices, log, ending } = options
  const { authentication } = settings
  const { profile, assumeRole } = authentication
  const now = Date.now
  const recent = memoryRecentEvents({
    maxEventsPerTenant: 1_000,
    maxEventBytes: 2_048,
    maxTenants: 1,
    maxBytes: 4 * 1024 * 1024,
  })
  const audit: AuditLog = {
    async append(event) {
      await options.audit.append(event)
      await recent.add(event)
    },
  }
  const operations = [...tools, ...resources]
  const used = operations.flatMap(({ iamActions }) => iamActions.map(serviceOf))
  const services = [...new Set([...used, ...apiIndex.services().map(({ service }) => service)])].sort()
  const grantFor = (accountId?: string): Grant =>
    localGrant(settings, { region, services, osUser, accountId })

  const grant = grantFor()
  // The settings of one person do not change while the process runs.
  const offer = offerFor(offerOf({ tools, prompts, resources }))(grant.tenant)
  if (assumeRole) checkSessions(grant.tenant, operations)
  const actions = await createActionCatalogue(apiIndex)
  checkPolicy(grant.tenant, actions)
  const aws = createAwsAccess({
    now,
    userAgent: `aws-mcp/${version}`,
    // The profile is all there is here; the process itself is nobody in AWS.
    gatewayCredentials: () => Promise.reject(new Error('no gateway')),
    ownCredentials: true,
    budget: memoryAwsBudget({ now, maxKeys: 1_000 }),
    onFault: (fields, message) => log.error(fields, message),
    ...(endpoint !== undefined && { endpoint }),
    ...(assumeRole && { profileRole: profileRoleOf(assumeRole) }),
  })
  const findAccount = accountFinder(async () => {
    if (assumeRole) return assumeRole.roleArn.split(':')[4] ?? ''
    const found = await identityOfProfile(profile, { region, ...(endpoint !== undefined && { endpoint }) })
    return found.accountId
  })
  const turn = inTurn(settings.operations.maxConcurrency)
  const run = asPerson({ findAccount, grantFor, turn, ending })
  const onError = (err: Error) => log.error({ err }, 'a store in memory failed')
  const stateKeys = [randomBytes(32)] as const
  const cursors = cursorCodec(stateKeys, now)
  const records = memoryRecordStore({ now })
  const api = createAwsApi(apiIndex)
  const server = createServer({
    offerOf: () => offer,
    callTool(call) {
      const tool = offer.tools.get(call.tool)
      // A check of access asks AWS only where that is wanted.
      const asksAws = tool !== undefined && (usesAws(tool) || call.args.simulate === true)
      return run(call, { asksAws, calls }, callTool)
    },
    readResource(read) {
      const found = findResource(resources, read.uri)
      const asksAws = found !== undefined && usesAws(found.resource)
      return run(read, { asksAws, calls }, readResource)
    },
    getPrompt: (call) => run(call, { asksAws: false, calls }, getPrompt),
    admitSession: async () => {},
    refused: async (caller, { code }) => {
      const event = refusalEvent(caller, code, now())
      await audit.append(event).catch((err: unknown) => log.error({ err }, 'audit event lost'))
    },
    // For as long as the process: its one client never comes back to an expired session.
    sessions: memorySessionStore({ now, ttlSeconds: 366 * 24 * 3600, maxSessionsPerTenant: 10 }),
    events: memoryEventLog({ now, onError }),
    records,
    bus: memoryReplicaBus({ onError }),
    cursors,
    stateKeys,
    logOf: () => log,
    serverInfo: { name: 'aws-mcp', title: 'AWS', version },
    newId: () => randomBytes(24).toString('base64url'),
    now,
  })
  const calls: CallDependencies = {
    offerOf: server.offerOf,
    digests: auditDigests(stateKeys[0]),
    limiter: memoryRateLimiter({ now, maxKeys: 100 }),
    concurrency: memoryConcurrencyLimiter({ now }),
    aws,
    sessionPolicies: sessionPolicies(() => offer),
    cursors,
    audit,
    spent: records,
    records,
    api,
    actions,
    boundaries: createPermissionBoundaries({ aws, now }),
    prices,
    costs: createCostGuard({ prices, api }),
    // Of one process, as is all that it spends.
    ledger: memoryBudgetLedger({ now }),
    draw: createDraw(),
    changes: server.changes,
    recentEvents: recent.newest,
    now,
  }
  const close = () => {
    server.hub.close()
    aws.close()
  }
  return { server, grant, close }
}

const serviceOf = (iamAction: string): string => iamAction.split(':')[0] ?? ''

const profileRoleOf = ({
  roleArn,
  sessionName,
  durationSeconds,
  externalId,
}: NonNullable<Settings['authentication']['assumeRole']>) => ({
  roleArn,
  sessionName,
  durationSeconds,
  ...(externalId !== undefined && { externalId }),
})
