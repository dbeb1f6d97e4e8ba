import { defineResource, operationClaim } from '@gateway/domain'
import { lookScopeOf, lookScopes, openOperation } from './operation-kinds.ts'

/** A running operation as a document that a host can follow. */
export const oneOperation = defineResource({
  uri: 'aws://operations/{id}',
  name: 'operation',
  title: 'Running operation',
  description: 'State of an operation by the operationId that an answer gave.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  generic: true,
  watched: true,
  // By its beginning, since secrets that were taken out of the rest may leave no JSON.
  isFinal: (text) => /^\{"kind":"[\w-]+","state":"(done|failed|cancelled)"/.test(text),
  aim: ({ id = '' }) => operationClaim(id) ?? {},
  scopeOf: ({ id = '' }) => lookScopeOf(id),
  scopes: lookScopes,
  async read(context, { uri, variables: { id = '' } }) {
    const { kind, facts, does } = openOperation(context, id)
    const { state, ...more } = await does.status(context, facts)
    const text = JSON.stringify({ kind, state, ...more })
    return [{ uri, mimeType: 'application/json', text }]
  },
})
