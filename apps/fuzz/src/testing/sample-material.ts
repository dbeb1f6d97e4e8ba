import type { Material } from '../inputs/input.ts'

/** What a gateway would give, for inputs that are made and not sent. */
export const sampleMaterial: Material = {
  hosts: { gateway: '127.0.0.1:1', authorization: '127.0.0.1:2', metrics: '127.0.0.1:3' },
  source: '10.0.0.1',
  token: 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl',
  pieces: {
    header: { alg: 'ES256', typ: 'at+jwt', kid: 'k' },
    claims: { iss: 'https://sso.example', aud: 'http://127.0.0.1:1/mcp', sub: 'ann', iat: 1, exp: 2 },
    sign: (header, payload) => `${header}.${payload}.c2lnbmF0dXJl`,
  },
  operatorToken: 'b3BlcmF0b3I.cGF5bG9hZA.c2lnbmF0dXJl',
  sessions: [{ id: 'own-session', revision: '2025-11-25' }],
  foreign: { session: 'foreign-session', cursors: ['Zm9yZWlnbg.bWFj'], eventId: '7~1-0' },
  cursors: [{ cursor: 'b3du.bWFj', tool: 'aws_sample', member: 'cursor', args: {} }],
  eventIds: ['0~0-0', '0~12-3'],
  tools: [
    {
      name: 'aws_sample',
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string', maxLength: 300 },
          count: { type: 'integer', minimum: 1, maximum: 5 },
          kinds: { type: 'array', minItems: 1, maxItems: 3, items: { enum: ['a', 'b'] } },
          either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
          tags: { type: 'object', additionalProperties: { type: 'string' } },
        },
        required: ['name', 'count'],
        additionalProperties: false,
      },
    },
  ],
  resources: ['aws://account'],
  prompts: [{ name: 'sample', arguments: ['account'] }],
}
