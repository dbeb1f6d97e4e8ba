import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Secrets that AWS tells, in each place of its answers. */
export interface TalkativeAws extends AsyncDisposable {
  readonly url: string
  /** None of them may be in a log line or an audit event; the last two may not leave the gateway at all. */
  readonly canaries: readonly string[]
  readonly credentials: readonly string[]
}

/** AWS that assumes any role, lists one object and refuses the rest, and puts canaries wherever it writes text. */
export const openTalkativeAws = async (): Promise<TalkativeAws> => {
  const secretKey = 'canarySecretKey/K7MDENG+bPxRfiCYEXAMPLEKEY'
  const sessionToken = 'FwoGcanarySessionToken0123456789abcdef'
  const canaries = ['canary-object', 'canary-refusal', 'canary-aws-header', 'canary-aws-cookie']
  const server = createServer(async (request, response) => {
    let form = ''
    for await (const chunk of request) form += chunk
    const headers = { 'x-amz-request-id': 'aws-request-1', 'x-amz-id-2': 'canary-aws-header' }
    const cookie = { 'set-cookie': 'a=canary-aws-cookie' }
    const answer = (status: number, body: string) =>
      response.writeHead(status, { ...headers, ...cookie, 'content-type': 'text/xml' }).end(body)
    const asked = new URLSearchParams(form)
    if (asked.get('Action') === 'AssumeRole') {
      const [, , , , account, role] = asked.get('RoleArn')?.split(':') ?? []
      const arn = `arn:aws:sts::${account}:assumed-${role}/${asked.get('RoleSessionName')}`
      const expires = new Date(Date.now() + 3_600_000).toISOString()
      return answer(
        200,
        `<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><Arn>${arn}</Arn></AssumedRoleUser><Credentials>
        <AccessKeyId>ASIACANARY0123456789</AccessKeyId><SecretAccessKey>${secretKey}</SecretAccessKey>
        <SessionToken>${sessionToken}</SessionToken><Expiration>${expires}</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>`,
      )
    }
    if (request.url?.startsWith('/bucket-1')) {
      const object = '<Contents><Key>canary-object</Key><Size>1</Size></Contents>'
      return answer(200, `<ListBucketResult>${object}</ListBucketResult>`)
    }
    const refusal = `canary-refusal with ${sessionToken} and ${secretKey}`
    return answer(403, `<Error><Code>AccessDenied</Code><Message>${refusal}</Message></Error>`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    canaries: [...canaries, 'ASIACANARY0123456789'],
    credentials: [secretKey, sessionToken],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
