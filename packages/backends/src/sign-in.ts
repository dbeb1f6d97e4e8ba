import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'

/** The sign-in of one tenant, whose users are readers. */
export interface SignIn extends AsyncDisposable {
  readonly issuer: string
  /** SPKI in PEM, for a server that checks tokens by itself. */
  readonly publicKeyPem: string
  /** A token of `subject` (`suite` unless said otherwise) for `audience` that is good for an hour, with more claims. */
  token(audience: string, subject?: string, claims?: Readonly<Record<string, unknown>>): Promise<string>
}

/** Starts it on a free loopback port, where it serves its keys and nothing else. */
export const startSignIn = async (): Promise<SignIn> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'suite', alg: 'ES256', use: 'sig' }]
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    issuer,
    publicKeyPem: await exportSPKI(publicKey),
    token: (audience, subject = 'suite', claims = {}) =>
      new SignJWT({ client_id: 'suite', scope: 'aws:read', ...claims })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'suite' })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
}
