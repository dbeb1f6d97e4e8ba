import { expect, test } from 'vitest'
import { credentialSource } from './credential-source.ts'

const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/t', AWS_ROLE_ARN: 'arn:aws:iam::111111111111:role/pod' }

test.each([
  ['dev', { ...keys, ...token }, 'profile dev'],
  [undefined, { ...keys, ...token }, 'environment'],
  [undefined, { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, 'default chain'],
  [undefined, token, 'web identity token'],
  [undefined, { ...token, AWS_ROLE_ARN: '' }, 'default chain'],
  [undefined, {}, 'default chain'],
] as const)('profile %s with %j: %s', (profile, env, source) => {
  expect(credentialSource(profile, env)).toBe(source)
})
