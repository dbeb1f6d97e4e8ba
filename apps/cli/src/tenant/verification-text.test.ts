import { expect, test } from 'vitest'
import { nextAfterVerification } from './verification-text.ts'

const verified = (outcome: string) => [
  {
    status: 'accepted',
    roleName: 'read',
    roleArn: 'arn:aws:iam::333333333333:role/mcp-gateway-initech-read',
    externalIdDigest: 'x',
    at: '2026-01-01T00:00:00.000Z',
    probes: [{ probe: 'P7', outcome, message: 'The external id of before.' }],
  },
]

test('as long as the external id of before is trusted, what is left to do is said', () => {
  const next = nextAfterVerification(verified('warning'), 'initech main')
  expect(next.join('\n')).toContain(
    'aws-mcp tenant template initech main --out FILE\n  aws-mcp tenant verify',
  )
  for (const outcome of ['passed', 'skipped'])
    expect(nextAfterVerification(verified(outcome), 'initech main')).toHaveLength(2)
})
