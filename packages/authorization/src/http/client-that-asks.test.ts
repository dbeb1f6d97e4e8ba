import { expect, test } from 'vitest'
import { clientThatAsks } from './client-that-asks.ts'

const assertion = (claims: unknown) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2lnbmF0dXJl`
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const own = { grant_type: 'client_credentials' }

test.each<[string, string | undefined, Record<string, string>, string | undefined]>([
  ['by its id', undefined, { ...own, client_id: 'acme.ci' }, 'acme.ci'],
  ['by its header', basic('acme.ci:secret'), { ...own, client_id: 'other' }, 'acme.ci'],
  ['by its assertion', undefined, { ...own, client_assertion: assertion({ sub: 'acme.ci' }) }, 'acme.ci'],
  ['by an assertion that is none', undefined, { ...own, client_assertion: 'e30.%%%.x' }, ''],
  ['by an assertion of nobody', undefined, { ...own, client_assertion: assertion(null) }, ''],
  ['not at all', undefined, own, ''],
  ['for somebody who signed in', undefined, { grant_type: 'refresh_token', client_id: 'acme.ci' }, undefined],
  ['for no grant', undefined, { client_id: 'acme.ci' }, undefined],
])('a request that names its client %s', (_, authorization, parameters, client) => {
  const headers = authorization === undefined ? {} : { authorization }
  expect(clientThatAsks({ headers }, new URLSearchParams(parameters))).toBe(client)
})
