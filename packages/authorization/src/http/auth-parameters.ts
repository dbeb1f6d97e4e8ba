import { scopes } from '@gateway/domain'
import { canonicalResource } from '../clients/resource-alias.ts'
import { OAuthRefusal } from './oauth-error.ts'

/** Scopes of OpenID Connect that clients add without being asked. */
const oidcScopes = ['openid', 'offline_access']

/** What everybody is asked for, so that a narrower grant than an app wants is still one. */
const baseline = 'aws:read'

/** Characters of all parameters: what is kept of each request while a person thinks about it. */
const maxTotal = 6_144

/** Characters of a `state`; longer ones are no client's. */
const maxState = 2_048

/**
 * Parameters of `/auth` as the provider shall see them: one canonical resource (RFC 8707) whichever alias the client wrote, the
 * scopes that there are, the least one always among them: whoever asks for more than a person has is left with that. Throws
 * for a state that no client needs, and for a response mode that would hand a code to a page.
 */
export const authParameters = (given: URLSearchParams, resource: string): URLSearchParams => {
  const parameters = new URLSearchParams(given)
  const total = [...given].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (total > maxTotal) {
    throw new OAuthRefusal('invalid_request', `The parameters are longer than ${maxTotal} characters.`)
  }
  if (given.getAll('state').some((state) => state.length > maxState)) {
    throw new OAuthRefusal('invalid_request', `state is longer than ${maxState} characters.`)
  }
  if (given.getAll('response_mode').some((mode) => mode !== 'query')) {
    throw new OAuthRefusal('invalid_request', 'response_mode can only be query.')
  }
  setResource(parameters, resource)
  if (given.getAll('scope').length <= 1) {
    const asked = given.get('scope')?.split(' ') ?? []
    const known = scopes.filter((scope) => scope === baseline || asked.includes(scope))
    const kept = oidcScopes.filter((scope) => asked.includes(scope))
    parameters.set('scope', [...known, ...kept].join(' '))
  }
  return parameters
}

/** Leaves one canonical resource, or none where none was given; a foreign one stays as it is, and is refused. */
export const setResource = (parameters: URLSearchParams, resource: string): void => {
  const given = parameters.getAll('resource')
  if (given.length > 0 && canonicalResource(given, resource) !== undefined)
    parameters.set('resource', resource)
}
