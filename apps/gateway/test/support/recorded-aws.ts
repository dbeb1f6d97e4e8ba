import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One event as CloudTrail would have it, as far as it is compared. */
export interface RecordedEvent {
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly requestID: string
  readonly userAgent: string
  readonly recipientAccountId: string
  readonly userIdentity: {
    readonly arn: string
    readonly sessionContext?: { readonly sourceIdentity?: string }
  }
  readonly requestParameters?: { readonly roleSessionName: string; readonly sourceIdentity?: string }
}

/** A way to AWS that keeps a trail: of every request what came over the wire, and the id that it gave the answer. */
export interface RecordedAws extends AsyncDisposable {
  readonly url: string
  readonly events: readonly RecordedEvent[]
}

interface Session {
  readonly arn: string
  readonly account: string
  readonly sourceIdentity?: string
}

/** Opens it before an AWS of the query protocol, which gets everything as it came. */
export const recordAws = async (awsUrl: string): Promise<RecordedAws> => {
  const { hostname, port } = new URL(awsUrl)
  const events: RecordedEvent[] = []
  const sessions = new Map<string, Session>()
  const record = (params: URLSearchParams, sent: Sent, answered: string): void => {
    const action = params.get('Action') ?? ''
    const caller = sessions.get(sent.accessKeyId)
    const sourceIdentity = params.get('SourceIdentity')
    const base = {
      eventTime: new Date().toISOString(),
      eventName: action,
      requestID: sent.requestId,
      userAgent: sent.userAgent,
    }
    if (action === 'AssumeRole') {
      const arn = /<Arn>([^<]+)<\/Arn>/.exec(answered)?.[1] ?? ''
      const account = arn.split(':')[4] ?? ''
      const opened = { arn, account, ...(sourceIdentity !== null && { sourceIdentity }) }
      sessions.set(/<AccessKeyId>([^<]+)</.exec(answered)?.[1] ?? '', opened)
      events.push({
        ...base,
        eventSource: 'sts.amazonaws.com',
        recipientAccountId: account,
        userIdentity: { arn: 'arn:aws:sts::999999999999:assumed-role/mcp-gateway/task' },
        requestParameters: {
          roleSessionName: params.get('RoleSessionName') ?? '',
          ...(sourceIdentity !== null && { sourceIdentity }),
        },
      })
      return
    }
    events.push({
      ...base,
      eventSource: 'ec2.amazonaws.com',
      recipientAccountId: caller?.account ?? '',
      userIdentity: {
        arn: caller?.arn ?? '',
        sessionContext: { ...(caller?.sourceIdentity && { sourceIdentity: caller.sourceIdentity }) },
      },
    })
  }
  const server = createServer(async (incoming, answer) => {
    const body = await text(incoming)
    const { method, url: path, headers } = incoming
    const forwarded = httpRequest({ hostname, port, method, path, headers }, async (response) => {
      // The one behind gives all requests the same id.
      const requestId = randomUUID()
      const answered = (await text(response)).replace(/<requestId>[^<]*/i, `<requestId>${requestId}`)
      const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? ''
      const sent = { accessKeyId, requestId, userAgent: headers['user-agent'] ?? '' }
      record(new URLSearchParams(body), sent, answered)
      answer.writeHead(response.statusCode ?? 502, {
        'content-type': 'text/xml',
        'x-amzn-requestid': requestId,
      })
      answer.end(answered)
    })
    forwarded.once('error', () => answer.destroy())
    forwarded.end(body)
  })
  server.keepAliveTimeout = 60_000
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

interface Sent {
  readonly accessKeyId: string
  readonly requestId: string
  readonly userAgent: string
}
