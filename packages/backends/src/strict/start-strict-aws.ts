import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { readAwsCall } from './aws-call.ts'
import { createIamReader } from './iam-reader.ts'
import { callersOf, type Principal } from './principals.ts'
import { type AssumeRoleRecord, createRecords, type RequestRecord } from './records.ts'
import { createSessions, type SessionFilter } from './sessions.ts'
import { askStandIn, isForeignBucket, type WholeRequest, wholeRequest } from './stand-in.ts'
import { createJudge, type Verdict } from './strict-judge.ts'
import { createTroubles, type Trouble } from './trouble.ts'

/** A stand-in of AWS that refuses what AWS would refuse. */
export interface StrictAws extends AsyncDisposable {
  readonly url: string
  /** AssumeRole requests so far, refused ones too, oldest first. */
  readonly assumed: readonly AssumeRoleRecord[]
  /** All other requests so far but those of account owners, refused ones too, oldest first. */
  readonly requests: readonly RequestRecord[]
  forgetRecords(): void
  /** Lets something go wrong from now on; gives what ends it. */
  trouble(trouble: Trouble): () => void
  /** Ends sessions before their time; all of them without a filter. Gives how many. */
  expire(filter?: SessionFilter): number
  stop(): Promise<void>
}

/** How it is started. */
export interface StrictAwsOptions {
  /** URL of moto. */
  readonly upstream: string
  /**
   * Whose key it is, by access key id: the gateway, say. An ARN alone may assume the roles `mcp-gateway-*` of all accounts.
   * All other keys are of sessions.
   */
  readonly principals: Readonly<Record<string, string | Principal>>
  /** Absent means any free port. */
  readonly port?: number
  /** Absent means loopback; only a container may bind more. */
  readonly host?: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * Starts a front before moto, which takes any key and refuses nothing. The front judges AssumeRole by the role's trust
 * policy, and each request of a session by the role's policies, its permissions boundary and its session policy; what it
 * judges and what it does not is in this package's README. A request with the header `x-moto-account-id` comes from the
 * owner of that account and passes, and so does moto's own API.
 */
export const startStrictAws = async (options: StrictAwsOptions): Promise<StrictAws> => {
  const { upstream, principals, port = 0, host = '127.0.0.1', now = Date.now } = options
  const iam = createIamReader(upstream, now)
  const [sessions, troubles, records] = [createSessions(), createTroubles(), createRecords()]
  const judge = createJudge({
    iam,
    principals: callersOf(principals),
    sessions,
    troubles,
    records,
    now,
    isForeignBucket: (bucket, account) => isForeignBucket(upstream, bucket, account),
  })

  const decide = async (request: WholeRequest): Promise<Verdict> => {
    const isOwner = request.headers['x-moto-account-id'] !== undefined
    // A customer's own change is in force with its answer, although roles are remembered for a moment.
    if (isOwner || request.url.startsWith('/moto-api/')) return { kind: 'forward', done: iam.forget }
    return judge(readAwsCall(request))
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing, { decide, upstream }).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const stop = async () => {
    server.close()
    server.closeAllConnections()
  }
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    assumed: records.assumed,
    requests: records.requests,
    forgetRecords: records.clear,
    trouble: troubles.make,
    expire: (filter = {}) => sessions.expire(filter),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

interface Serving {
  decide(request: WholeRequest): Promise<Verdict>
  readonly upstream: string
}

const serve = async (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { decide, upstream }: Serving,
): Promise<void> => {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const request = await wholeRequest(incoming)
  const verdict = await decide(request)
  switch (verdict.kind) {
    case 'answer': {
      const { status, headers, body } = verdict.answer
      outgoing.writeHead(status, headers).end(body)
      return
    }
    case 'down':
      outgoing.destroy()
      return
    case 'hanging':
      return
    case 'forward': {
      const answer = await askStandIn(upstream, request, gone.signal)
      const { statusCode = 502 } = answer
      verdict.done?.()
      if (!verdict.opened) {
        outgoing.writeHead(statusCode, withoutConnection(answer.rawHeaders))
        await pipeline(answer, outgoing)
        return
      }
      const xml = await text(answer)
      if (statusCode === 200) verdict.opened(xml)
      outgoing.writeHead(statusCode, withoutConnection(answer.rawHeaders)).end(xml)
    }
  }
}

const withoutConnection = (raw: readonly string[]): string[] =>
  raw.filter((_, i) => !/^(connection|keep-alive|transfer-encoding)$/i.test(raw[i - (i % 2)] ?? ''))
