import fastifyJwt from '@fastify/jwt'
import { asGatewayError, GatewayError } from '@gateway/domain'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { bearerToken, refused, tokenShape } from './bearer.ts'
import type { Claims, Issuer, Issuers } from './issuers.ts'
import type { Revocations } from './revocations.ts'
import type { VerifiedTokens } from './verified-tokens.ts'

/** What is needed to know a caller. */
export interface AuthenticateOptions {
  readonly issuers: Issuers
  readonly verified: VerifiedTokens
  readonly revocations: Pick<Revocations, 'check'>
  now(): number
}

/** Second step: a bearer JWT becomes `request.principal`, or the request ends with 401. */
export const authenticate = fp<AuthenticateOptions>(
  async (app, options) => {
    const { issuers, verified, revocations, now } = options
    app.decorateRequest('principal', null)
    app.decorateRequest('verificationKey', null)
    await app.register(fastifyJwt, {
      // A key function alone makes the plugin verify-only.
      secret: {
        public: async (request: FastifyRequest) => {
          if (!request.verificationKey) throw refused('no key')
          return request.verificationKey
        },
      },
      decode: { complete: true },
      // Nobody passes these: a verification that forgets its own options fails closed.
      verify: {
        algorithms: ['ES256'],
        allowedIss: /(?!)/,
        allowedAud: /(?!)/,
        requiredClaims: ['exp', 'iat', 'iss', 'aud', 'sub'],
      },
    })

    app.addHook('onRequest', (request, _, done) => {
      const token = bearerToken(request.raw.rawHeaders)
      const principal = verified.find(token)
      if (!principal) return verify(request, token)
      request.principal = principal
      const asked = revocations.check(principal)
      if (asked) return asked
      return done()
    })

    const verify = async (request: FastifyRequest, token: string): Promise<void> => {
      const { issuer: name, header } = tokenShape(token)
      const moment = verified.moment()
      const issuer = await issuers.find(name)
      if (!issuer) throw refused('unknown issuer')
      const { alg, kid, typ } = header
      // Ours is exact where the library ignores case and an application/ prefix.
      if (!issuer.algorithms.some((each) => each === alg)) throw refused('alg')
      if (!issuer.typ.some((each) => each === typ)) throw refused('typ')
      if (!issuer.kid.test(String(kid))) throw refused('kid')
      request.verificationKey = await issuer.keys.find({ alg: String(alg), kid: String(kid) })
      const claims = await checkSignature(request, issuer, now())
      request.verificationKey = null
      const principal = await issuer.principalOf(claims, now())
      verified.remember(token, principal, { expires: Number(claims.exp), moment })
      request.principal = principal
      await revocations.check(principal)
    }
  },
  { name: 'authenticate', dependencies: ['edge'] },
)

const checkSignature = async (request: FastifyRequest, issuer: Issuer, now: number): Promise<Claims> => {
  try {
    // Per-call options are merged over the registered ones, so every member is named for every issuer.
    return await request.jwtVerify<Claims>({
      decode: { complete: true },
      verify: {
        algorithms: [...issuer.algorithms],
        allowedIss: issuer.issuer,
        allowedAud: [...issuer.audiences],
        requiredClaims: [...issuer.requiredClaims],
        clockTimestamp: now,
        // Milliseconds; and maxAge as text, because a number would be seconds. It knows no tolerance of its own.
        clockTolerance: 5_000,
        maxAge: `${issuer.maxLifeSeconds + 5}s`,
        checkTyp: '',
        ignoreExpiration: false,
        ignoreNotBefore: false,
      },
    })
  } catch (thrown) {
    if (thrown instanceof GatewayError) throw thrown
    const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : ''
    // The plugin wraps only some errors of fast-jwt; both kinds are refusals of the token.
    if (/^F(AS|S)T_JWT_/.test(code)) throw refused(code)
    throw asGatewayError(thrown)
  }
}
