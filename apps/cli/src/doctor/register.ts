import { type HostName, hostProfiles } from './hosts.ts'
import { type JsonObject, jsonObject } from './json-object.ts'
import type { Answer, Reach } from './reach.ts'

/** What came of a registration (RFC 7591). */
export interface Registered {
  readonly answer: Answer
  /** What was answered where a client was made. */
  readonly client: JsonObject | undefined
  readonly clientId: string | undefined
}

interface Registering {
  readonly reach: Reach
  server(): Promise<JsonObject | undefined>
  issuer(): Promise<string | undefined>
  /** What was asked before, by the body that was sent. */
  readonly known: Map<string, Promise<Registered | undefined>>
  readonly registered: Set<Registered>
}

/** The name of every client that is registered, for whoever finds one. */
export const clientName = 'aws-mcp doctor (may be deleted)'

/** Registers as a host does; undefined where the server has no endpoint for it on its own origin. */
export const register = (host: HostName, registering: Registering): Promise<Registered | undefined> => {
  const body = JSON.stringify({ client_name: clientName, ...hostProfiles[host].registration })
  const before = registering.known.get(body)
  if (before) return before
  const asked = registerWith(body, registering)
  registering.known.set(body, asked)
  return asked
}

/** Registers with this body; what is made is remembered, to be removed again. */
export const registerWith = async (
  body: string,
  { reach, server, issuer, registered }: Omit<Registering, 'known'>,
): Promise<Registered | undefined> => {
  const url = endpointOf('registration_endpoint', await server(), await issuer())
  if (url === undefined) return undefined
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const answer = await reach.send({ url, method: 'POST', headers, body })
  const client = answer.status === 201 || answer.status === 200 ? jsonObject(answer.body) : undefined
  const clientId = typeof client?.client_id === 'string' ? client.client_id : undefined
  const made = { answer, client, clientId }
  if (clientId !== undefined) registered.add(made)
  return made
}

/** Removes a client where the server offers it (RFC 7592), and tells whether it is gone. */
export const unregister = async (
  { client }: Registered,
  { reach, issuer }: Pick<Registering, 'reach' | 'issuer'>,
): Promise<boolean> => {
  const { registration_client_uri: at, registration_access_token: token } = client ?? {}
  const url = typeof at === 'string' ? ofIssuer(at, await issuer()) : undefined
  if (url === undefined || typeof token !== 'string' || !reach.trusts(new URL(url).origin)) return false
  const headers = { authorization: `Bearer ${token}` }
  const answer = await reach.send({ url, method: 'DELETE', headers }).catch(() => undefined)
  return answer?.status === 204
}

/** An endpoint that is on the origin of its issuer; no other is asked anything. */
export const endpointOf = (
  name: 'registration_endpoint' | 'authorization_endpoint',
  server: JsonObject | undefined,
  issuer: string | undefined,
): string | undefined => {
  const url = server?.[name]
  return typeof url === 'string' ? ofIssuer(url, issuer) : undefined
}

const ofIssuer = (url: string, issuer: string | undefined): string | undefined =>
  issuer !== undefined && URL.canParse(url) && new URL(url).origin === new URL(issuer).origin
    ? url
    : undefined
