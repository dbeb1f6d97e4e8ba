import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { instances, session, sessionExpired, stsRefusal } from './canned-answers.ts'

/** What is wrong with one account: with STS for it, or with the keys that STS has given for it. */
export type CannedTrouble = 'throttled' | 'down' | 'hanging' | 'refused' | 'foreign' | 'expired'

/** One request as it came over the wire. */
export interface CannedRequest {
  readonly action: 'AssumeRole' | 'DescribeInstances'
  /** Account of the role that is asked for, or whose key has signed. */
  readonly account: string
  readonly accessKeyId: string
  readonly externalId?: string
  readonly sourceIdentity?: string
  readonly sessionName?: string
}

/** An AWS of two operations that is fast enough for load, and remembers who asked it as whom. */
export interface CannedAws extends AsyncDisposable {
  readonly origin: string
  /** Every request so far, in order. */
  readonly requests: readonly CannedRequest[]
  /** By account id; what is put here or removed takes effect with the next request. */
  readonly troubles: Map<string, CannedTrouble>
}

/**
 * Starts it on loopback: STS AssumeRole gives every session its own key; EC2 DescribeInstances answers two instances named
 * after the account whose key has signed, so that whoever asks sees whose data it got. It checks neither signatures nor
 * trust; the strict front before moto does the latter.
 */
export const startCannedAws = async ({ port = 0, record = true } = {}): Promise<CannedAws> => {
  const sessions = new Map<string, string>()
  const spent = new Set<string>()
  const requests: CannedRequest[] = []
  const troubles = new Map<string, CannedTrouble>()
  let issued = 0

  const assumeRole = (params: URLSearchParams, accessKeyId: string, response: ServerResponse): void => {
    const account = params.get('RoleArn')?.split(':')[4] ?? ''
    const named = (name: string) => params.get(name) ?? undefined
    const [externalId, sourceIdentity, sessionName] = ['ExternalId', 'SourceIdentity', 'RoleSessionName'].map(
      named,
    )
    if (record)
      requests.push({
        action: 'AssumeRole',
        account,
        accessKeyId,
        ...(externalId !== undefined && { externalId }),
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        ...(sessionName !== undefined && { sessionName }),
      })
    const trouble = troubles.get(account)
    if (trouble === 'hanging') return
    if (trouble === 'throttled' || trouble === 'down' || trouble === 'refused') {
      stsRefusal(trouble, response)
      return
    }
    issued += 1
    const key = `ASIA${String(issued).padStart(16, '0')}`
    sessions.set(key, account)
    response.end(session(key, trouble === 'foreign' ? '000000000000' : account, params))
  }

  const describeInstances = (accessKeyId: string, response: ServerResponse): void => {
    const account = sessions.get(accessKeyId) ?? 'nobody'
    if (record) requests.push({ action: 'DescribeInstances', account, accessKeyId })
    // Each key once: the next session of the account is good, unless the trouble stays.
    if (troubles.get(account) === 'expired' && !spent.has(accessKeyId)) {
      spent.add(accessKeyId)
      troubles.delete(account)
      sessionExpired(response)
      return
    }
    response.end(instances(account))
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const params = new URLSearchParams(await text(request))
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    response.setHeader('x-amzn-requestid', `canned-${key}-${requests.length}`)
    response.setHeader('content-type', 'text/xml')
    if (params.get('Action') === 'AssumeRole') assumeRole(params, key, response)
    else if (params.get('Action') === 'DescribeInstances') describeInstances(key, response)
    else response.writeHead(501).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    troubles,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
