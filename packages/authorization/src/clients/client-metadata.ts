import { errors } from 'oidc-provider'
import { type ClientKey, clientAlgorithms, clientKeys } from './client-keys.ts'
import { httpsUrlFault } from './https-url-fault.ts'
import { redirectUriFault } from './redirect-uris.ts'

/** What is kept of a client's metadata (RFC 7591 section 2): what decides something, and its name. */
export type ClientMetadata = {
  redirect_uris: string[]
  grant_types: string[]
  response_types: ['code']
  application_type: 'native' | 'web'
  client_name?: string
} & ClientAuthentication

type ClientAuthentication =
  | { token_endpoint_auth_method: 'none' }
  | {
      token_endpoint_auth_method: 'private_key_jwt'
      token_endpoint_auth_signing_alg?: string
      jwks?: { keys: ClientKey[] }
      jwks_uri?: string
    }

/** Where metadata comes from, as far as it matters. */
export interface MetadataRules {
  /** Grant types that a client may have; others are left out. */
  readonly grants: readonly string[]
  /** Authentication methods that are answered with `none`, because nobody gets a secret here. */
  readonly asNone: readonly string[]
  /** Hosts that a `jwks_uri` may name in spite of `httpsUrlFault`. */
  readonly allow?: ((host: string) => boolean) | undefined
}

/** The metadata of a client, cleaned. Throws `invalid_client_metadata` or `invalid_redirect_uri`, with our sentences. */
export const cleanMetadata = (document: PlainObject, rules: MetadataRules): ClientMetadata => {
  const redirects = redirectsIn(document.redirect_uris)
  const name = nameIn(document.client_name)
  const types = document.response_types
  if (types !== undefined && !(Array.isArray(types) && types.includes('code'))) {
    throw new errors.InvalidClientMetadata('response_types has to have code')
  }
  return {
    redirect_uris: redirects,
    grant_types: grantsIn(document.grant_types, rules.grants),
    response_types: ['code'],
    // Else oidc-provider refuses loopback and the schemes of apps (OpenID Connect Registration 1.0 section 2).
    application_type: redirects.every((uri) => uri.startsWith('https://')) ? 'web' : 'native',
    ...(name !== '' && { client_name: name }),
    ...authenticationIn(document, rules),
  }
}

/** A parsed JSON object of bounded size. */
export type PlainObject = Readonly<Record<string, unknown>>

/**
 * `value`, if it is an object that holds at most 1,000 values, 6 levels deep, and no name that means something to the
 * language. Throws `invalid_client_metadata`, with `what` at the start of its sentence.
 */
export const plainObject = (value: unknown, what: string): PlainObject => {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new errors.InvalidClientMetadata(`${what} has to be a JSON object`)
  }
  const budget = { values: 1_000 }
  if (!isPlain(value, 6, budget)) {
    throw new errors.InvalidClientMetadata(
      `${what} is too large, too deep or has a name that it may not have`,
    )
  }
  return { ...value }
}

const isPlain = (value: unknown, depth: number, budget: { values: number }): boolean => {
  budget.values -= 1
  if (budget.values < 0) return false
  if (typeof value === 'string') return value.length <= 8_192
  if (value === null || typeof value !== 'object') return true
  if (depth === 0 || (Array.isArray(value) && value.length > budget.values)) return false
  return Object.keys(value).every(
    (name) =>
      !['__proto__', 'constructor', 'prototype'].includes(name) &&
      isPlain((value as PlainObject)[name], depth - 1, budget),
  )
}

const mostRedirects = 10

const redirectsIn = (uris: unknown): string[] => {
  // The beginning of its sentence makes oidc-provider call it `invalid_redirect_uri` (RFC 7591 section 3.2.2).
  if (!Array.isArray(uris) || uris.length === 0 || uris.length > mostRedirects) {
    throw new errors.InvalidClientMetadata(`redirect_uris has to be a list of 1 to ${mostRedirects} URIs`)
  }
  uris.forEach((uri, u) => {
    const fault = redirectUriFault(uri)
    if (fault !== undefined) throw new errors.InvalidClientMetadata(`redirect_uris[${u}] ${fault}`)
  })
  return [...new Set(uris as string[])]
}

/** Characters that are not seen, or turn others around, or are no characters. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

const nameIn = (name: unknown): string => {
  if (name === undefined) return ''
  if (typeof name !== 'string') throw new errors.InvalidClientMetadata('client_name has to be a text')
  const clean = name
    .replace(/[\t-\r\p{Z}]+/gu, ' ')
    .replace(unseen, '')
    .trim()
  return [...clean].slice(0, 100).join('')
}

const grantsIn = (asked: unknown, allowed: readonly string[]): string[] => {
  if (asked === undefined) return ['authorization_code', 'refresh_token']
  if (!Array.isArray(asked)) throw new errors.InvalidClientMetadata('grant_types has to be a list')
  if (!asked.includes('authorization_code')) {
    throw new errors.InvalidClientMetadata('grant_types has to have authorization_code')
  }
  return allowed.filter((grant) => asked.includes(grant))
}

const authenticationIn = (document: PlainObject, rules: MetadataRules): ClientAuthentication => {
  const { token_endpoint_auth_method: method = 'none' } = document
  if (method === 'none' || rules.asNone.includes(method as string))
    return { token_endpoint_auth_method: 'none' }
  if (method !== 'private_key_jwt') {
    throw new errors.InvalidClientMetadata('token_endpoint_auth_method has to be none or private_key_jwt')
  }
  const { token_endpoint_auth_signing_alg: algorithm, jwks, jwks_uri: uri } = document
  if (algorithm !== undefined && !clientAlgorithms.includes(algorithm as string)) {
    throw new errors.InvalidClientMetadata('token_endpoint_auth_signing_alg has to be RS256, PS256 or ES256')
  }
  if ((jwks === undefined) === (uri === undefined)) {
    throw new errors.InvalidClientMetadata('private_key_jwt needs either jwks or jwks_uri')
  }
  const fault = uri === undefined ? undefined : httpsUrlFault(uri, rules.allow)
  if (fault !== undefined) throw new errors.InvalidClientMetadata(`jwks_uri ${fault}`)
  return {
    token_endpoint_auth_method: 'private_key_jwt',
    ...(algorithm !== undefined && { token_endpoint_auth_signing_alg: algorithm as string }),
    ...(uri === undefined ? { jwks: clientKeys(jwks) } : { jwks_uri: uri as string }),
  }
}
