import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request as onward, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Carried } from '../attempt.ts'
import { awsRefusal } from './aws-refusal.ts'
import { type AwsRequest, readAwsRequest } from './aws-request.ts'

/**
 * How AWS is today. `slow`: each answer takes 1.5 s. `throttling`: two of three requests are refused. `failing`: each request is
 * answered with 500, every other one after it was carried out. `hanging`: none is answered, and every other one carried out.
 */
export type Mood = 'failing' | 'hanging' | 'slow' | 'throttling' | 'well'

/** A way to the AWS stand-in that remembers which writes were carried out, and can have moods. */
export interface AwsFront extends AsyncDisposable {
  readonly url: string
  readonly carried: readonly Carried[]
  mood: Mood
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string | Buffer
}

const slowMs = 1_500
/** AWS takes signatures that are no older or newer than that (IAM User Guide, "Signing AWS API requests"). */
const mostSkewMs = 15 * 60_000

/** Opens it before the stand-in at `target`. Request ids are its own, each another one. */
export const openAwsFront = async (target: string): Promise<AwsFront> => {
  const { hostname, port } = new URL(target)
  const carried: Carried[] = []
  const callOf = new Map<string, string>()
  const launched = new Map<string, Promise<Answer>>()
  let turn = 0

  const pass = async (incoming: IncomingMessage, body: Buffer): Promise<Answer> => {
    const { method, url: path, headers } = incoming
    const passed = onward({ hostname, port, method, path, headers, agent: false })
    passed.end(body)
    const [response] = (await once(passed, 'response')) as [IncomingMessage]
    return { status: response.statusCode ?? 502, headers: response.headers, body: await buffer(response) }
  }

  const carryOut = async (asked: AwsRequest, requestId: string, send: () => Promise<Answer>) => {
    const { action, accessKeyId = '', key, callTag } = asked
    const answer = await send()
    if (action === 'AssumeRole' && callTag !== undefined) {
      const [, given] = /<AccessKeyId>(.*?)</.exec(String(answer.body)) ?? []
      if (given !== undefined) callOf.set(given, callTag)
    }
    if (key !== undefined && answer.status < 300) {
      const callId = callOf.get(accessKeyId)
      carried.push({ key, at: Date.now(), requestId, ...(callId !== undefined && { callId }) })
    }
    return answer
  }

  /** EC2 answers a launch that it knows by its token as the first time (EC2 User Guide, "Ensuring idempotency"). */
  const onlyOnce = (asked: AwsRequest, requestId: string, send: () => Promise<Answer>): Promise<Answer> => {
    const { action, clientToken } = asked
    if (action !== 'RunInstances' || clientToken === undefined) return carryOut(asked, requestId, send)
    const known = launched.get(clientToken)
    if (known) return known
    const first = carryOut(asked, requestId, send)
    launched.set(clientToken, first)
    return first
  }

  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming)
    const { method = 'GET', url: path = '/', headers } = incoming
    const asked = readAwsRequest({ method, path, headers, body: body.toString() })
    const requestId = randomUUID()
    const reply = ({ status, headers, body }: Answer): void => {
      const { connection: _, 'transfer-encoding': __, ...kept } = headers
      const ids = { 'x-amzn-requestid': requestId, 'x-amz-request-id': requestId }
      response.writeHead(status, { ...kept, ...ids, date: new Date().toUTCString() }).end(body)
    }
    const refuse = (kind: Parameters<typeof awsRefusal>[1]) =>
      reply(awsRefusal(asked.service, kind, requestId))
    const carry = () => onlyOnce(asked, requestId, () => pass(incoming, body))
    if (Math.abs(Date.now() - (asked.signedAt ?? Date.now())) > mostSkewMs) return refuse('skewed')
    const { mood } = front
    const isOdd = turn++ % 2 === 1
    if (mood === 'slow') await sleep(slowMs)
    if (mood === 'throttling' && turn % 3 !== 0) return refuse('throttling')
    if ((mood === 'failing' || mood === 'hanging') && isOdd) await carry()
    if (mood === 'failing') return refuse('failing')
    if (mood !== 'hanging') reply(await carry())
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const front: AwsFront = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carried,
    mood: 'well',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
  return front
}
