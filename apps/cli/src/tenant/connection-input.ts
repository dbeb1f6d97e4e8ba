import type { Json } from './merge-patch.ts'
import type { TenantValues } from './tenant-arguments.ts'
import { wrongUse } from './tenant-failure.ts'

type Values = TenantValues<'create'>

/** What the options say of a company's sign-in; undefined where they say nothing. Throws `TenantFailure`. */
export const connectionFrom = (values: Values): Json | undefined => {
  const { pin, 'group-scopes': groupScopes } = values
  const plain = Object.entries(members).flatMap(([option, member]) => {
    const value = values[option as keyof typeof members]
    return value === undefined ? [] : [[member, value]]
  })
  const connection: Json = {
    ...Object.fromEntries(plain),
    ...(values['id-jag'] && { idJag: true }),
    ...(values['no-id-jag'] && { idJag: false }),
    ...(values['direct-tokens'] && { directTokens: true }),
    // Whose tokens they were says nothing any more, which the gateway refuses.
    ...(values['no-direct-tokens'] && { directTokens: false, allowedClients: null, allowedAudiences: null }),
    ...(groupScopes && { groupToScope: scopesByGroup(groupScopes) }),
    ...(pin && { pins: Object.fromEntries(pin.map((pair) => pairOf(pair, pair.indexOf('='), 'pin'))) }),
  }
  return Object.keys(connection).length > 0 ? connection : undefined
}

/** Options, and what they are called in a connection. */
const members = {
  issuer: 'issuer',
  'jwks-uri': 'jwksUri',
  'client-id': 'clientId',
  'secret-ref': 'clientSecretRef',
  'metadata-url': 'metadataUrl',
  'sign-in-scopes': 'signInScopes',
  'email-domains': 'emailDomains',
  'subject-claim': 'subjectClaim',
  client: 'allowedClients',
  audience: 'allowedAudiences',
  algorithms: 'algorithms',
  'token-types': 'typ',
  'client-claim': 'clientClaim',
  'scope-claim': 'scopeClaim',
  'group-claim': 'groupClaim',
} as const

/** `readers=aws:read`; the same group may come again, and `+` joins scopes. Which scopes there are, the gateway knows. */
const scopesByGroup = (pairs: readonly string[]): Readonly<Record<string, string[]>> => {
  const found = new Map<string, string[]>()
  for (const pair of pairs) {
    const [group, scopes] = pairOf(pair, pair.lastIndexOf('='), 'group-scopes')
    found.set(group, [...(found.get(group) ?? []), ...scopes.split('+')])
  }
  return Object.fromEntries(found)
}

const pairOf = (pair: string, at: number, option: string): readonly [name: string, value: string] => {
  const [name, value] = [pair.slice(0, Math.max(at, 0)).trim(), pair.slice(at + 1).trim()]
  if (name === '' || value === '') throw wrongUse(`--${option} needs pairs with = between name and value.`)
  return [name, value]
}
