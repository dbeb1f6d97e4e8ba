import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** The sign-in of several companies on one port; each has an issuer and a key of its own. */
export interface Sso extends AsyncDisposable {
  readonly origin: string
  issuerOf(company: string): string
  /** A token of somebody of `company` that is good for two hours. */
  token(company: string, subject: string, audience: string): string
  /** Takes no connections any more, and ends those there are. */
  fail(): Promise<void>
  mend(): Promise<void>
}

/** Starts it on `port` of loopback. */
export const startSso = async (companies: readonly string[], port: number): Promise<Sso> => {
  const origin = `http://127.0.0.1:${port}`
  const pairs = new Map(companies.map((name) => [name, generateKeyPairSync('ec', { namedCurve: 'P-256' })]))
  const server = createServer((request, response) => {
    const company = request.url?.slice(1) ?? ''
    const pair = pairs.get(company)
    if (!pair) return void response.writeHead(404).end()
    const key = { ...pair.publicKey.export({ format: 'jwk' }), kid: company, alg: 'ES256', use: 'sig' }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [key] }))
  })
  const mend = async (): Promise<void> => void (await once(server.listen(port, '127.0.0.1'), 'listening'))
  const fail = async (): Promise<void> => {
    if (!server.listening) return
    server.closeAllConnections()
    await once(server.close(), 'close')
  }
  await mend()
  return {
    origin,
    issuerOf: (company) => `${origin}/${company}`,
    token(company, subject, audience) {
      const pair = pairs.get(company)
      if (!pair) throw new Error(`no company ${company}`)
      const iat = Math.floor(Date.now() / 1000)
      const claims = {
        iss: `${origin}/${company}`,
        sub: subject,
        aud: audience,
        client_id: 'faults',
        scope: 'aws:read aws:write',
        iat,
        exp: iat + 7200,
        jti: randomUUID(),
      }
      const input = [{ alg: 'ES256', typ: 'at+jwt', kid: company }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.')
      const key = { key: pair.privateKey, dsaEncoding: 'ieee-p1363' } as const
      return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
    },
    fail,
    mend,
    [Symbol.asyncDispose]: fail,
  }
}
