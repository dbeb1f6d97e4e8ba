import { principalId } from '@gateway/domain'
import { twice } from './hostile-claims.ts'
import type { HostileContext, HostileToken } from './hostile-tokens.ts'

/** Tokens that only the authorization server could write, and does not; `other` is the sign-in of the other customer. */
export const wrongGrants = ({ own, other }: HostileContext): HostileToken[] => {
  const now = Math.floor(Date.now() / 1000)
  const without = (name: string): HostileToken => ['A30', `no ${name}`, own.token({ [name]: undefined })]
  const texts = ['sub', 'client_id', 'scope', 'tenant', 'idp', 'jti', 'gid']
  return [
    ['A25', 'a life of 15 min and a second', own.token({ iat: now, exp: now + 901 })],
    ['A18', 'kid with a dot', own.token({}, { kid: `${own.key.kid}.` })],
    ['A18', 'kid of 65 characters', own.token({}, { kid: 'k'.repeat(65) })],
    ...['exp', 'iat', 'aud', 'jti', 'sub', 'client_id', 'scope', 'tenant', 'idp'].map(without),
    ...texts.flatMap((name) =>
      [null, 7, {}, [own.claims()[name]]].map(
        (value): HostileToken => ['A30', `${name} ${JSON.stringify(value)}`, own.token({ [name]: value })],
      ),
    ),
    ['A30', 'sub as the company knows it', own.token({ sub: 'ann' })],
    ['A30', 'groups as text', own.token({ groups: 'aws-admins' })],
    ['A30', 'a tenant that there is not', own.token({ tenant: 'initech' })],
    ['A30', 'a client instead of a person', own.token({ sub: 'ci', idp: undefined })],
    ['A30', "the other customer's sign-in", own.token({ idp: other.issuer })],
    ['A30', 'our own issuer for a sign-in', own.token({ idp: own.issuer })],
    [
      'A30',
      "the other customer's tenant",
      own.token({ tenant: 'globex', sub: principalId(other.issuer, 'gus') }),
    ],
    [
      'A34',
      "the other customer's tenant, last of two",
      own.signed(own.header(), twice(own.claims(), 'tenant', 'globex')),
    ],
    [
      'A34',
      "the other customer's sign-in, last of two",
      own.signed(own.header(), twice(own.claims(), 'idp', other.issuer)),
    ],
  ]
}
