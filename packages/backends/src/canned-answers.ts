import type { ServerResponse } from 'node:http'

/** STS's answer to AssumeRole, with a key that says nothing of its account. */
export const session = (key: string, account: string, params: URLSearchParams): string => {
  const role = params.get('RoleArn')?.split('/').at(-1)
  const arn = `arn:aws:sts::${account}:assumed-role/${role}/${params.get('RoleSessionName')}`
  const end = new Date(Date.now() + Number(params.get('DurationSeconds') ?? 3600) * 1000).toISOString()
  const user = `<AssumedRoleUser><AssumedRoleId>AROACANNED:x</AssumedRoleId><Arn>${arn}</Arn></AssumedRoleUser>`
  const keys = `<Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>secret-of-${key}</SecretAccessKey><SessionToken>session-of-${key}</SessionToken><Expiration>${end}</Expiration></Credentials>`
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>${user}${keys}</AssumeRoleResult></AssumeRoleResponse>`
}

/** EC2's answer to DescribeInstances: two instances that carry the account's id in their names. */
export const instances = (account: string): string => {
  const one = (n: number) =>
    `<item><instanceId>i-0123456789abcdef${n}</instanceId><instanceType>t3.micro</instanceType><instanceState><code>16</code><name>running</name></instanceState><launchTime>2026-01-01T00:00:00.000Z</launchTime><tagSet><item><key>Name</key><value>of-${account}</value></item></tagSet></item>`
  return `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><reservationSet><item><reservationId>r-1</reservationId><ownerId>${account}</ownerId><instancesSet>${one(0)}${one(1)}</instancesSet></item></reservationSet></DescribeInstancesResponse>`
}

/** How STS refuses, in the shape of the query protocol. */
export const stsRefusal = (why: 'throttled' | 'down' | 'refused', response: ServerResponse): void => {
  const [status, code] = refusals[why]
  response.statusCode = status
  response.end(
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>canned</Message></Error><RequestId>canned</RequestId></ErrorResponse>`,
  )
}

const refusals = {
  throttled: [400, 'Throttling'],
  down: [503, 'ServiceUnavailable'],
  refused: [403, 'AccessDenied'],
} as const

/** How EC2 says that a session is over (EC2 API, "Common client error codes"). */
export const sessionExpired = (response: ServerResponse): void => {
  response.statusCode = 400
  response.end(
    '<Response><Errors><Error><Code>RequestExpired</Code><Message>canned</Message></Error></Errors><RequestID>canned</RequestID></Response>',
  )
}
