import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type AddressKind, addressKind, mayName } from './address-kind.ts'
import { bearerParameters } from './challenge-header.ts'
import type { HostName } from './hosts.ts'
import { type JsonObject, jsonObject, textsIn } from './json-object.ts'
import { legacyInitialize, postHeaders } from './mcp-messages.ts'
import { type Answer, createReach, NoAnswer, type Reach } from './reach.ts'
import { type Registered, register } from './register.ts'

/** Milliseconds. */
export interface DoctorTiming {
  /** Of one request. */
  readonly timeout: number
  /** Of one check. */
  readonly check: number
  /** Of all of them. */
  readonly all: number
  /** That a connection is left idle before it is used again. */
  readonly idle: number
  /** That an event stream has to stay open. */
  readonly hold: number
}

export interface DeploymentOptions {
  /** The MCP URL as the person typed it. */
  readonly typed: string
  /** Hosts that are of interest. */
  readonly hosts: readonly HostName[]
  readonly token?: string
  /** Whether client documents are tried with a deployment on loopback, too. */
  readonly online: boolean
  readonly timing: DoctorTiming
  readonly plainHttpPort: number
  readonly ca?: string
  now(): number
}

/** The deployment that is looked at, and what was learned of it; each thing is asked once, when it is first needed. */
export interface Deployment extends Omit<DeploymentOptions, 'token'> {
  readonly url: URL
  readonly reach: Reach
  readonly token: string | undefined
  /** Who can reach it; undefined where its name does not resolve. */
  kind(): Promise<AddressKind | undefined>
  /** The answer to a request without a token. */
  challenge(): Promise<Answer>
  /** Parameters of its challenge; undefined where it has none, or none that is well-formed. */
  challenged(): Promise<ReadonlyMap<string, string> | undefined>
  /** Where metadata of the protected resource has to be: for the path, and at the root. */
  readonly metadataUrls: readonly string[]
  /** The answers from there, in that order. */
  metadataAnswers(): Promise<readonly Answer[]>
  metadata(): Promise<JsonObject | undefined>
  /** Canonical resource, as the metadata says it. */
  resource(): Promise<string>
  /** The authorization server that is named and may be asked. */
  issuer(): Promise<string | undefined>
  serverAnswer(): Promise<Answer | undefined>
  /** Metadata of the authorization server. */
  server(): Promise<JsonObject | undefined>
  /** What came of registering as a host; asked once for each shape. Undefined where there is nowhere to register. */
  registration(host: HostName): Promise<Registered | undefined>
  /** Clients that were registered, to be removed again. */
  readonly registered: Set<Registered>
}

export const createDeployment = (options: DeploymentOptions): Deployment => {
  const { typed, timing, token, ca } = options
  const url = new URL(typed)
  const reach = createReach({ timeoutMs: timing.timeout, ...(ca !== undefined && { ca }) })
  // Where the person says: the address may be any.
  reach.allow(url.hostname, () => true)
  const path = url.pathname.replace(/\/$/, '')
  const metadataUrls = [...new Set([path, ''])].map(
    (each) => `${url.origin}/.well-known/oauth-protected-resource${each}`,
  )
  const kind = once(() => kindOf(url.hostname))
  const challenge = once(() =>
    reach.send({ url: url.href, method: 'POST', headers: postHeaders, body: legacyInitialize }),
  )
  const metadataAnswers = once(async () => {
    const answers: Answer[] = []
    for (const each of metadataUrls) answers.push(await reach.send({ url: each }))
    return answers
  })
  const metadata = once(async () =>
    (await metadataAnswers())
      .map(({ status, body }) => (status === 200 ? jsonObject(body) : undefined))
      .find(Boolean),
  )
  const issuer = once(async () => {
    const [named] = textsIn((await metadata())?.authorization_servers)
    if (named === undefined || !isHttp(named)) return undefined
    const { hostname } = new URL(named)
    if (hostname === url.hostname) return named
    const own = await kind()
    if (own === undefined) return undefined
    reach.allow(hostname, (each) => mayName(own, each))
    return named
  })
  const serverAnswer = once(async () => {
    const named = await issuer()
    return named === undefined
      ? undefined
      : reach.send({ url: serverMetadataUrl(named, 'oauth-authorization-server') })
  })
  const server = once(async () => {
    // Why there was none, the check of it tells.
    const answer = await serverAnswer().catch((thrown: unknown) => {
      if (thrown instanceof NoAnswer) return undefined
      throw thrown
    })
    return answer?.status === 200 ? jsonObject(answer.body) : undefined
  })
  const registered = new Set<Registered>()
  const registrations = new Map<string, Promise<Registered | undefined>>()

  return {
    ...options,
    token,
    url,
    reach,
    kind,
    challenge,
    challenged: async () => bearerParameters((await challenge()).header('www-authenticate') ?? ''),
    metadataUrls,
    metadataAnswers,
    metadata,
    async resource() {
      const named = (await metadata())?.resource
      return typeof named === 'string' && isHttp(named) ? named : typed
    },
    issuer,
    serverAnswer,
    server,
    registered,
    registration(host) {
      return register(host, { reach, server, issuer, known: registrations, registered })
    },
  }
}

/** Where the metadata of an issuer is (RFC 8414 section 3.1; OpenID Connect Discovery for one without a path). */
export const serverMetadataUrl = (
  issuer: string,
  name: 'oauth-authorization-server' | 'openid-configuration',
): string => {
  const { origin, pathname } = new URL(issuer)
  return `${origin}/.well-known/${name}${pathname.replace(/\/$/, '')}`
}

const isHttp = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)

const once = <T>(ask: () => Promise<T>): (() => Promise<T>) => {
  let asked: Promise<T> | undefined
  return () => {
    asked ??= ask()
    return asked
  }
}

/** The least protected of its addresses. */
const kindOf = async (hostname: string): Promise<AddressKind | undefined> => {
  const name = hostname.replace(/^\[|\]$/g, '')
  if (isIP(name) !== 0) return addressKind(name)
  const addresses = await lookup(name, { all: true }).catch(() => [])
  const kinds = addresses.map(({ address }) => addressKind(address))
  return (['never', 'public', 'private', 'loopback'] as const).find((each) => kinds.includes(each))
}
