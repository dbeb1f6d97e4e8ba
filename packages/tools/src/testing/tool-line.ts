import {
  type AnyTool,
  type AuditEvent,
  type AwsAccess,
  type CallDependencies,
  callTool,
  cursorCodec,
  describeTool,
  GatewayError,
  type Grant,
  type Interaction,
  isInputNeeded,
  noInteraction,
  offerOf,
  sessionPolicies,
} from '@gateway/domain'
import { z } from 'zod'
import type { CannedAws } from './canned-aws.ts'
import { reader } from './grant.ts'
import { sdkService } from './sdk-service.ts'

export interface ToolLineOptions
  extends Partial<
    Pick<
      CallDependencies,
      | 'actions'
      | 'api'
      | 'boundaries'
      | 'changes'
      | 'costs'
      | 'draw'
      | 'ledger'
      | 'pages'
      | 'recentEvents'
      | 'spent'
      | 'stops'
    >
  > {
  /** Milliseconds that the call may take. */
  readonly timeout?: number
  /** Who calls; `reader` unless given. */
  readonly as?: Grant
  /** Milliseconds since the epoch. */
  now?(): number
  readonly interaction?: Interaction
}

/** Runs one tool through the whole line against canned AWS; its answers are the same in every run. */
export const toolLine = (tool: AnyTool, aws: CannedAws, options: ToolLineOptions = {}) => {
  const { timeout = 5_000, as = reader, now = Date.now, interaction = noInteraction, ...rest } = options
  const { tenant } = as
  const grant = {
    ...as,
    tenant: { ...tenant, operations: { ...tenant.operations, timeout, retryCount: 0, taskTimeout: timeout } },
  }
  const events: AuditEvent[] = []
  const offer = offerOf({ tools: [tool] })
  const output = z.fromJSONSchema(describeTool(tool, as).outputSchema as never)
  const run = async (args: Record<string, unknown> = {}) => {
    const result = await callTool(
      {
        offerOf: () => offer,
        sessionPolicies: sessionPolicies(() => offer),
        limiter: { take: async () => ({ allowed: true }) },
        concurrency: { enter: async () => 'taken', renew: async () => true, leave: async () => {} },
        aws: sdkAccess(aws.url),
        cursors: cursorCodec([Buffer.alloc(32, 'k')], () => Date.UTC(2026, 0, 1)),
        audit: {
          async append(event) {
            // What a change begins with tells nothing that its end does not.
            if (event.event !== 'tool.begin') events.push(event)
          },
        },
        changes: { publish: async () => {} },
        now,
        ...rest,
      },
      {
        grant,
        tool: tool.name,
        args,
        era: 'modern',
        requestId: 'request-1',
        signal: new AbortController().signal,
        log: { info() {}, error() {} },
        interaction,
      },
    )
    if (isInputNeeded(result)) throw new Error('the tool asked instead of answering')
    const decisionId = events.at(-1)?.call_id ?? ''
    const structured = JSON.parse(JSON.stringify(result.structured).replaceAll(decisionId, 'decision-1'))
    output.parse(structured)
    return { ...result, structured, data: structured.data, error: structured.error }
  }
  return { run, events }
}

/** The real SDK clients, with credentials that are good for nothing. */
const sdkAccess = (endpoint: string): AwsAccess => ({
  async send({ region }, { service, operation, input }, abortSignal) {
    const { client, command } = await sdkService(service)
    try {
      const config = { endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true }
      const output = await client(config).send(command(operation, input), { abortSignal })
      const { requestId, attempts = 1 } = output.$metadata
      return { output, attempts, ...(requestId !== undefined && { requestId }) }
    } catch (thrown) {
      if (!isServiceException(thrown)) throw thrown
      const { name, $metadata } = thrown
      const { requestId = '', httpStatusCode } = $metadata
      // As the gateway names it: an answer to HEAD has no body that says a code.
      const code = name === 'Unknown' ? `Http${httpStatusCode}` : name
      throw new GatewayError('aws_error', `AWS refused ${operation}.`, {
        details: { aws: { code, requestId } },
      })
    }
  },
  sessionName: () => 'mcp-acme-ann',
  forget() {},
})

const isServiceException = (
  thrown: unknown,
): thrown is Error & { $metadata: { readonly requestId?: string; readonly httpStatusCode?: number } } =>
  thrown instanceof Error && '$fault' in thrown && '$metadata' in thrown

const credentials = { accessKeyId: 'ASIACANNED', secretAccessKey: 'none', sessionToken: 'none' }
