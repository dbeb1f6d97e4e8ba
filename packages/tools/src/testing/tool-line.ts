import * as ec2 from '@aws-sdk/client-ec2'
import * as s3 from '@aws-sdk/client-s3'
import {
  type AnyTool,
  type AuditEvent,
  type AwsAccess,
  callTool,
  cursorCodec,
  describeTool,
  GatewayError,
  isInputNeeded,
  noInteraction,
  offerOf,
  sessionPolicies,
} from '@gateway/domain'
import { z } from 'zod'
import type { CannedAws } from './canned-aws.ts'
import { reader } from './grant.ts'

/** Runs one tool through the whole line against canned AWS; its answers are the same in every run. */
export const toolLine = (tool: AnyTool, aws: CannedAws, { timeout = 5_000 } = {}) => {
  const { tenant } = reader
  const grant = {
    ...reader,
    tenant: { ...tenant, operations: { ...tenant.operations, timeout, retryCount: 0, taskTimeout: timeout } },
  }
  const events: AuditEvent[] = []
  const offer = offerOf({ tools: [tool] })
  const output = z.fromJSONSchema(describeTool(tool, reader).outputSchema as never)
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
            events.push(event)
          },
        },
        changes: { publish: async () => {} },
        now: Date.now,
      },
      {
        grant,
        tool: tool.name,
        args,
        era: 'modern',
        requestId: 'request-1',
        signal: new AbortController().signal,
        log: { info() {}, error() {} },
        interaction: noInteraction,
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
    const { Client, commands } = service === 's3' ? services.s3 : services.ec2
    const Command = (commands as Record<string, unknown>)[`${operation}Command`] as SdkCommand
    const client = new Client({ endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true })
    try {
      const output = await client.send(new Command(input), { abortSignal })
      const { requestId, attempts = 1 } = output.$metadata
      return { output, attempts, ...(requestId !== undefined && { requestId }) }
    } catch (thrown) {
      if (!(thrown instanceof s3.S3ServiceException || thrown instanceof ec2.EC2ServiceException))
        throw thrown
      const { name: code, $metadata } = thrown
      const { requestId = '' } = $metadata
      throw new GatewayError('aws_error', `AWS refused ${operation}.`, {
        details: { aws: { code, requestId } },
      })
    }
  },
  sessionName: () => 'mcp-acme-ann',
  forget() {},
})

type SdkCommand = new (input: object) => object

interface SdkService {
  readonly commands: object
  readonly Client: new (
    config: object,
  ) => {
    send(
      command: object,
      options: { abortSignal: AbortSignal },
    ): Promise<{ $metadata: { requestId?: string; attempts?: number } }>
  }
}

const services = {
  ec2: { commands: ec2, Client: ec2.EC2Client as unknown as SdkService['Client'] },
  s3: { commands: s3, Client: s3.S3Client as unknown as SdkService['Client'] },
} satisfies Record<string, SdkService>

const credentials = { accessKeyId: 'ASIACANNED', secretAccessKey: 'none', sessionToken: 'none' }
