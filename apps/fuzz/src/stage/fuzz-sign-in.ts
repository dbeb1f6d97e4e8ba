import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Json, TokenPieces } from '../inputs/input.ts'

/** A sign-in whose tokens can be taken apart and signed again. */
export interface FuzzSignIn extends AsyncDisposable {
  readonly issuer: string
  /** Header and claims of a good token for an hour, and the signer of any two segments. */
  pieces(claims: Json): TokenPieces
  /** A good token with these claims. */
  token(claims: Json): string
}

/** Starts it on loopback, where it serves its keys and nothing else. */
export const startFuzzSignIn = async (): Promise<FuzzSignIn> => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = [{ ...publicKey.export({ format: 'jwk' }), kid: 'fuzz', alg: 'ES256', use: 'sig' }]
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signed: TokenPieces['sign'] = (header, payload) => {
    const input = `${header}.${payload}`
    const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return `${input}.${signature.toString('base64url')}`
  }
  const segment = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const pieces = (claims: Json): TokenPieces => {
    const iat = Math.floor(Date.now() / 1000)
    return {
      header: { alg: 'ES256', typ: 'at+jwt', kid: 'fuzz' },
      claims: { iss: issuer, client_id: 'editor', iat, exp: iat + 3_600, jti: 'fuzz', ...claims },
      sign: signed,
    }
  }
  return {
    issuer,
    pieces,
    token(claims) {
      const made = pieces(claims)
      return made.sign(segment(made.header), segment(made.claims))
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}
