import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request that reached AWS. */
export interface AwsRequest {
  readonly id: string
  /** Account of the role whose session has signed; empty where the gateway itself has. */
  readonly account: string
  /** What was asked, as far as the protocol says it. */
  readonly what: string
}

/** An AWS of every service, which answers at once. */
export interface NonsenseAws extends AsyncDisposable {
  readonly origin: string
  readonly requests: readonly AwsRequest[]
}

/**
 * Starts it: roles are assumed, EC2 has two pages of instances, S3 two of objects, and all else succeeds with nothing in it, is
 * refused or is no answer of AWS, in turns. Of what AWS leaves out where there is nothing, it leaves out everything.
 */
export const startNonsenseAws = async (): Promise<NonsenseAws> => {
  const accounts = new Map<string, string>()
  const requests: AwsRequest[] = []
  let count = 0

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const key = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const service =
      /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const params = new URLSearchParams(body)
    const action = params.get('Action')
    const id = `nonsense-${++count}`
    response.setHeader('x-amzn-requestid', id)
    response.setHeader('x-amz-request-id', id)
    if (action === 'AssumeRole') {
      const account = params.get('RoleArn')?.split(':')[4] ?? ''
      requests.push({ id, account, what: 'sts AssumeRole' })
      const accessKeyId = `ASIA${String(count).padStart(16, '0')}`
      accounts.set(accessKeyId, account)
      response.setHeader('content-type', 'text/xml').end(assumed(accessKeyId, account, params))
      return
    }
    const target = request.headers['x-amz-target']
    const account = accounts.get(key) ?? ''
    requests.push({
      id,
      account,
      what: `${service} ${action ?? target ?? `${request.method} ${request.url}`}`.slice(0, 200),
    })
    if (action === 'GetCallerIdentity') {
      response.setHeader('content-type', 'text/xml').end(identity(account))
      return
    }
    if (action === 'DescribeInstances') {
      response.setHeader('content-type', 'text/xml').end(instances(account))
      return
    }
    if (service === 's3' && request.method === 'GET' && request.url?.includes('list-type=2')) {
      response.setHeader('content-type', 'application/xml').end(objects)
      return
    }
    if (count % 17 === 0) {
      const [type, body] = garbage[(count / 17) % garbage.length] ?? ['', '']
      response.setHeader('content-type', type).end(body)
      return
    }
    if (count % 3 === 0) return refuse(response, action !== null || service === 's3')
    if (action !== null)
      response
        .setHeader('content-type', 'text/xml')
        .end(`<${action}Response><${action}Result/></${action}Response>`)
    else if (service === 's3') response.setHeader('content-type', 'application/xml').end('')
    else
      response.setHeader('content-type', target ? 'application/x-amz-json-1.1' : 'application/json').end('{}')
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What no service says, and what stands between may. */
const garbage: readonly (readonly [type: string, body: string])[] = [
  ['text/html', '<html><body>Welcome to the hotel</body></html>'],
  ['application/json', '{"a":'],
  ['text/xml', '<a><b></a>'],
  ['application/json', 'null'],
  ['application/x-amz-json-1.1', '[]'],
  ['', ''],
  ['text/xml', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
]

const refuse = (response: ServerResponse, xml: boolean): void => {
  response.statusCode = 400
  response.setHeader('content-type', xml ? 'text/xml' : 'application/x-amz-json-1.1')
  response.end(
    xml
      ? '<ErrorResponse><Error><Code>ValidationError</Code><Message>nonsense</Message></Error></ErrorResponse>'
      : '{"__type":"ValidationException","message":"nonsense"}',
  )
}

const assumed = (key: string, account: string, params: URLSearchParams): string => {
  const arn = `arn:aws:sts::${account}:assumed-role/${params.get('RoleArn')?.split('/').at(-1)}/${params.get('RoleSessionName')}`
  const end = new Date(Date.now() + 3_600_000).toISOString()
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROAFUZZ:x</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
}

const secretKey = 'canary-secret-key-of-a-session'
const sessionToken = 'canary-session-token-of-a-session'

/** What AWS gives the gateway and nobody else may see. */
export const awsSecrets: readonly string[] = [secretKey, sessionToken]

const identity = (account: string): string =>
  `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:sts::${account}:assumed-role/x/y</Arn><UserId>AROAFUZZ:y</UserId><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

const instances = (account: string): string =>
  `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item><reservationId>r-1</reservationId><ownerId>${account}</ownerId><instancesSet><item><instanceId>i-0123456789abcdef0</instanceId><instanceType>t3.micro</instanceType><instanceState><code>16</code><name>running</name></instanceState></item><item><instanceId>i-0123456789abcdef1</instanceId></item></instancesSet></item></reservationSet><nextToken>page-2-of-${account}</nextToken></DescribeInstancesResponse>`

const objects =
  '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name><KeyCount>1</KeyCount><IsTruncated>true</IsTruncated><NextContinuationToken>page-2</NextContinuationToken><Contents><Key>a/b</Key><Size>1</Size></Contents></ListBucketResult>'
