import { groupsIn } from '@gateway/domain'
import { createRemoteJWKSet, type JWTPayload, customFetch as joseFetch, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { BoundedMap } from '../clients/bounded-map.ts'
import type { CompanySignIn } from './company-sign-ins.ts'
import { fetchCapped } from './fetch-capped.ts'
import { sameSecret } from './pending.ts'
import { misconfigured, refused, unreachable } from './upstream-faults.ts'

/** What a sign-in at a company's SSO was begun with; kept until it comes back. */
export interface BegunSignIn {
  readonly codeVerifier: string
  readonly nonce: string
}

/** Who has signed in, as the SSO says it. */
export interface SignedIn {
  readonly subject: string
  readonly groups: readonly string[]
  /** Claims of the ID token, verified. */
  readonly claims: JWTPayload
}

/** OpenID Connect with the SSOs of companies (OpenID Connect Core 1.0, code flow with PKCE). */
export interface Upstream {
  /** URL to send the person to, and what must be known when they come back. Rejects with `unavailable`. */
  begin(
    signIn: CompanySignIn,
    /** `again`: the person is to sign in anew, whatever the SSO remembers. */
    asked: { readonly state: string; readonly again: boolean },
  ): Promise<{ readonly url: URL; readonly begun: BegunSignIn }>
  /**
   * Redeems the code of the callback. Rejects with `unavailable` where the SSO cannot be reached, and with `sign_in_refused`
   * for what it answers wrongly.
   */
  finish(
    signIn: CompanySignIn,
    callback: { readonly url: URL; readonly state: string; readonly begun: BegunSignIn },
  ): Promise<SignedIn>
}

export interface UpstreamOptions {
  /** Where a tenant's SSO sends people back to. */
  redirectUriOf(tenantId: string): string
  secretOf(ref: string): string | undefined
  now(): number
}

/** Milliseconds that an SSO's metadata is believed. */
const metadataLifeMs = 600_000
/** SSOs of companies that are remembered; connections change, and nobody says which of these are no longer used. */
const mostSsos = 5_000

/** Seconds that each of its answers may take: a person waits for it, and is to be told within three. */
const timeoutSeconds = 2.5

/** The authorization server as a client of companies' SSOs; nothing of the MCP client, its `resource` least of all, is passed on. */
export const createUpstream = ({ redirectUriOf, secretOf, now }: UpstreamOptions): Upstream => {
  const configurations = new BoundedMap<{
    readonly at: number
    readonly found: Promise<client.Configuration>
  }>(mostSsos)
  const keySets = new BoundedMap<ReturnType<typeof createRemoteJWKSet>>(mostSsos)

  const discover = async ({ connection }: CompanySignIn): Promise<client.Configuration> => {
    const { issuer, metadataUrl, clientId, clientSecretRef } = connection
    const secret = clientSecretRef === undefined ? undefined : secretOf(clientSecretRef)
    if (clientSecretRef !== undefined && secret === undefined) {
      throw misconfigured(`${clientSecretRef} is not set`)
    }
    const authentication = secret === undefined ? client.None() : client.ClientSecretPost(secret)
    const configuration = await client.discovery(
      new URL(metadataUrl ?? issuer),
      clientId,
      {},
      authentication,
      {
        timeout: timeoutSeconds,
        [client.customFetch]: fetchCapped,
        ...(isPlain(metadataUrl ?? issuer) && { execute: [client.allowInsecureRequests] }),
      },
    )
    if (configuration.serverMetadata().issuer !== issuer)
      throw misconfigured('the metadata is of another issuer')
    return configuration
  }
  const configurationOf = (signIn: CompanySignIn): Promise<client.Configuration> => {
    const { issuer, clientId, clientSecretRef, metadataUrl, algorithms } = signIn.connection
    const name = JSON.stringify([
      signIn.tenant.id,
      issuer,
      clientId,
      clientSecretRef,
      metadataUrl,
      algorithms,
    ])
    const kept = configurations.get(name)
    if (kept && now() - kept.at < metadataLifeMs) return kept.found
    const found = discover(signIn)
    configurations.set(name, { at: now(), found })
    // A failure is not remembered; whoever waits for it hears of it.
    found.catch(() => {
      if (configurations.get(name)?.found === found) configurations.delete(name)
    })
    return found
  }
  const keysOf = (jwksUri: string) => {
    const kept = keySets.get(jwksUri)
    if (kept) return kept
    const keys = createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: timeoutSeconds * 1000,
      cooldownDuration: 5_000,
      [joseFetch]: (url, init) => fetchCapped(url, init),
    })
    keySets.set(jwksUri, keys)
    return keys
  }

  return {
    async begin(signIn, { state, again }) {
      const configuration = await configurationOf(signIn).catch(unreachable)
      const begun = { codeVerifier: client.randomPKCECodeVerifier(), nonce: client.randomNonce() }
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUriOf(signIn.tenant.id),
        response_type: 'code',
        scope: signIn.connection.signInScopes.join(' '),
        state,
        nonce: begun.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(begun.codeVerifier),
        code_challenge_method: 'S256',
        ...(again && { prompt: 'login' }),
      })
      return { url, begun }
    },
    async finish(signIn, { url, state, begun }) {
      const { connection } = signIn
      const configuration = await configurationOf(signIn).catch(unreachable)
      const answer = await client
        .authorizationCodeGrant(configuration, url, {
          expectedState: state,
          expectedNonce: begun.nonce,
          pkceCodeVerifier: begun.codeVerifier,
          idTokenExpected: true,
        })
        .catch(unreachable)
      // openid-client leaves the signature of what came over TLS unchecked, and takes what algorithm the SSO advertises.
      const { payload } = await jwtVerify(answer.id_token ?? '', keysOf(connection.jwksUri), {
        issuer: connection.issuer,
        audience: connection.clientId,
        algorithms: connection.algorithms,
        requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
        clockTolerance: 5,
        currentDate: new Date(now()),
      }).catch(unreachable)
      if (!sameSecret(String(payload.nonce), begun.nonce)) throw refused('nonce')
      const claims = await withUserInfo(configuration, connection, answer.access_token, payload)
      const subject = payload[connection.subjectClaim]
      if (typeof subject !== 'string' || subject === '' || subject.length > 255) throw refused('subject')
      return { subject, groups: groupsIn(claims[connection.groupClaim]), claims: payload }
    },
  }
}

/** Claims and, where groups decide and the ID token names none, those of the UserInfo endpoint (Core 1.0 section 5.3). */
const withUserInfo = async (
  configuration: client.Configuration,
  { groupClaim, groupToScope }: CompanySignIn['connection'],
  accessToken: string,
  payload: JWTPayload,
): Promise<Readonly<Record<string, unknown>>> => {
  const wanted = groupToScope !== undefined && payload[groupClaim] === undefined
  if (!wanted || configuration.serverMetadata().userinfo_endpoint === undefined) return payload
  return client.fetchUserInfo(configuration, accessToken, String(payload.sub)).catch(unreachable)
}

const isPlain = (url: string): boolean => URL.parse(url)?.protocol === 'http:'
