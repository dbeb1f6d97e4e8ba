import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One request as it came over the wire. */
export interface SeenRequest {
  /** `ec2:DescribeInstances`; where the wire names no operation, its method and path: `s3:GET /bucket/key`. */
  readonly action: string
  readonly accessKeyId: string
  readonly region: string
  readonly headers: IncomingHttpHeaders
  readonly params: URLSearchParams
}

export interface CannedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Without a body the answer never ends; without anything at all the socket is closed. */
  readonly body?: string | undefined
  readonly hang?: boolean
  /** Answered by something else than AWS: without AWS's request id. */
  readonly foreign?: boolean
}

export type Answers = Readonly<
  Record<string, (request: SeenRequest, count: number) => CannedAnswer | Promise<CannedAnswer>>
>

/** AWS on loopback: answers what it was told to, remembers every request, and fails the test at any other. */
export const fakeAws = async (answers: Answers) => {
  const requests: SeenRequest[] = []
  const unexpected: string[] = []
  const server = createServer(async (incoming, outgoing) => {
    const request = await read(incoming)
    requests.push(request)
    const answer = answers[request.action]
    if (!answer) unexpected.push(request.action)
    const count = requests.filter(({ action }) => action === request.action).length
    const unknown: CannedAnswer = { status: 500, body: '' }
    const { status = 200, headers, body, hang, foreign } = (await answer?.(request, count)) ?? unknown
    if (body === undefined && !hang) {
      outgoing.destroy()
      return
    }
    outgoing.writeHead(status, {
      'content-type': 'text/xml',
      ...(!foreign && { 'x-amzn-requestid': `req-${requests.length}` }),
      ...headers,
    })
    if (body !== undefined) outgoing.write(body)
    if (!hang) outgoing.end()
  })
  let connections = 0
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    connections: () => connections,
    /** From here on nothing listens at its endpoint. */
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
    seen: (action: string) => requests.filter((request) => request.action === action),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (unexpected.length > 0) throw new Error(`unexpected requests: ${unexpected.join(', ')}`)
    },
  }
}

const read = async (incoming: IncomingMessage): Promise<SeenRequest> => {
  const params = new URLSearchParams(await text(incoming))
  const { authorization = '' } = incoming.headers
  const [, accessKeyId = '', region = '', service = ''] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(authorization) ?? []
  const { pathname } = new URL(incoming.url ?? '/', 'http://aws')
  const operation = params.get('Action') ?? `${incoming.method} ${pathname}`
  return { action: `${service}:${operation}`, accessKeyId, region, headers: incoming.headers, params }
}

/** Every string that a test's STS has given away, to be searched for where it must not be. */
export interface Issued {
  readonly secrets: string[]
  /** What was asked of AssumeRole, by the access key that it answered. */
  readonly byKey: Map<string, URLSearchParams>
}

/** An STS that gives different credentials each time, valid from `now` for as long as was asked. */
export const sts = ({
  now = Date.now,
  arn = assumedRoleArn,
  packed,
}: {
  now?: () => number
  arn?: (params: URLSearchParams) => string
  /** Per cent of the room for policies and tags, where STS says. */
  packed?: number
} = {}) => {
  const issued: Issued = { secrets: [], byKey: new Map() }
  const assumeRole = ({ params }: SeenRequest): CannedAnswer => {
    const number = String(issued.byKey.size).padStart(16, '0')
    const accessKeyId = `ASIA${number}`
    // Not shaped like those of AWS, so that only their being known can remove them from a text.
    const secretAccessKey = `secret-of-${number}`
    const sessionToken = `session-of-${number}`
    issued.byKey.set(accessKeyId, params)
    issued.secrets.push(accessKeyId, secretAccessKey, sessionToken)
    const expiration = new Date(now() + Number(params.get('DurationSeconds')) * 1000).toISOString()
    return {
      body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:x</AssumedRoleId><Arn>${arn(params)}</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>${packed === undefined ? '' : `<PackedPolicySize>${packed}</PackedPolicySize>`}
</AssumeRoleResult></AssumeRoleResponse>`,
    }
  }
  return { issued, answers: { 'sts:AssumeRole': assumeRole } satisfies Answers }
}

const assumedRoleArn = (params: URLSearchParams): string => {
  const [, , , , account, path] = params.get('RoleArn')?.split(':') ?? []
  return `arn:aws:sts::${account}:assumed-role/${path?.split('/').at(-1)}/${params.get('RoleSessionName')}`
}

/** An error as the services of the query protocol write it (STS, IAM, CloudFormation). */
export const queryError = (status: number, code: string, message: string): CannedAnswer => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>sts-request</RequestId></ErrorResponse>`,
})

/** An error as EC2 writes it. */
export const ec2Error = (status: number, code: string, message: string): CannedAnswer => ({
  status,
  body: `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>ec2-request</RequestID></Response>`,
})

/** DescribeInstances with one reservation, whose owner is `owner`. */
export const oneReservation = (owner: string): CannedAnswer => ({
  body: `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><reservationId>r-1</reservationId><ownerId>${owner}</ownerId><instancesSet/></item></reservationSet></DescribeInstancesResponse>`,
})
