import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'

/** An issuer for the bench: its keys over HTTP, and tokens. */
export interface SignIn extends AsyncDisposable {
  readonly url: string
  readonly publicKeyPem: string
  /** A token of `bench` or another user, good for one hour. */
  token(audience: string, subject?: string): Promise<string>
}

/** Starts the issuer on a free loopback port. */
export const startSignIn = async (): Promise<SignIn> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }]
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    publicKeyPem: await exportSPKI(publicKey),
    token: (audience, subject = 'bench') =>
      new SignJWT({ client_id: 'bench', scope: 'aws:read' })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
        .setIssuer(url)
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
