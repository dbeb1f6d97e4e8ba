import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Role, RoleName } from '../tenant.ts'
import { tenantOf } from '../testing/tenants.ts'
import type { ProbeAnswer, ProbeAttempt, ProbedRole, ProbedSession, RoleProber } from './role-prober.ts'
import { externalIdDigest, verifyRole } from './verify-role.ts'

const right = 'right-id-c4n4ry'
const next = 'next-id-c4n4ry'
const random = 'random-id-c4n4ry'
const retired = 'retired-id-c4n4ry'
const roleArn = 'arn:aws:iam::111111111111:role/team/a/mcp-gateway-read'

const probedRole = (
  changes: Partial<Role> = {},
  { roleName = 'read' as RoleName, readOnlyMode = false } = {},
): ProbedRole => {
  const acme = tenantOf('acme')
  const [account] = acme.accounts
  if (!account) throw new Error('acme has an account')
  const tenant = { ...acme, permissions: { ...acme.permissions, readOnlyMode } }
  return { tenant, account, roleName, role: { roleArn, externalId: right, ...changes } }
}

const sessionOf = (changes: Partial<ProbedSession> = {}): ProbedSession => ({
  identity: async () => ({
    accountId: '111111111111',
    arn: 'arn:aws:sts::111111111111:assumed-role/mcp-gateway-read/mcp-probe',
  }),
  mayWrite: async () => 'denied',
  ...changes,
})

const assumed = (session = sessionOf()): ProbeAnswer => ({ outcome: 'assumed', session })
const denied: ProbeAnswer = { outcome: 'denied', code: 'AccessDenied' }
const unknown: ProbeAnswer = { outcome: 'unknown', code: 'ThrottlingException' }

type Rule = (attempt: ProbeAttempt) => ProbeAnswer | undefined
/** AWS with a role that is right, but for the answers of these rules. */
const aws = (...rules: Rule[]): RoleProber & { attempts: ProbeAttempt[] } => {
  const attempts: ProbeAttempt[] = []
  return {
    attempts,
    async assume(_probed, attempt) {
      attempts.push(attempt)
      for (const rule of rules) {
        const answer = rule(attempt)
        if (answer) return answer
      }
      return attempt.externalId === right ? assumed() : denied
    },
  }
}
const when =
  (condition: (attempt: ProbeAttempt) => boolean, answer: ProbeAnswer): Rule =>
  (attempt) =>
    condition(attempt) ? answer : undefined
const withId = (externalId: string | undefined, answer: ProbeAnswer) =>
  when((each) => each.externalId === externalId, answer)

const verify = async (prober: RoleProber, probed = probedRole(), retiredExternalId?: string) => {
  const options = { now: () => Date.UTC(2026, 0, 31), newExternalId: () => random }
  const found = await verifyRole(prober, probed, {
    ...options,
    ...(retiredExternalId && { retiredExternalId }),
  })
  // Of every report of these tests.
  expect(JSON.stringify(found.probes)).not.toMatch(/c4n4ry|arn:|\d{12}/)
  expect(found.probes.map(({ probe }) => probe)).toEqual(['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'])
  return {
    ...found,
    outcomes: found.probes.map(({ outcome }) => outcome).join(' '),
    message: (probe: string) => found.probes.find((each) => each.probe === probe)?.message,
  }
}

test('a right role is accepted', async () => {
  const prober = aws()
  const { outcomes, message, probes, ...verification } = await verify(prober)
  expect(verification).toEqual({
    status: 'accepted',
    roleName: 'read',
    roleArn,
    externalIdDigest: createHash('sha256').update(right).digest('hex'),
    at: '2026-01-31T00:00:00.000Z',
  })
  expect(probes).toMatchInlineSnapshot(`
    [
      {
        "message": "Tried to assume the role with the external id; AWS allowed it, as it must.",
        "outcome": "passed",
        "probe": "P1",
      },
      {
        "message": "Tried to assume the role without an external id; AWS refused, as it must.",
        "outcome": "passed",
        "probe": "P2",
      },
      {
        "message": "Tried to assume the role with a random external id; AWS refused, as it must.",
        "outcome": "passed",
        "probe": "P3",
      },
      {
        "message": "Tried to assume the role with the external id, a source identity and session tags; AWS allowed it, as it must.",
        "outcome": "passed",
        "probe": "P4",
      },
      {
        "message": "Asked AWS who the session is; it named this account and this role, as it must.",
        "outcome": "passed",
        "probe": "P5",
      },
      {
        "message": "Asked for a dry run of a write (EC2 CreateInternetGateway); AWS refused, as it must.",
        "outcome": "passed",
        "probe": "P6",
      },
      {
        "message": "Not tried: no external id of this role was retired.",
        "outcome": "skipped",
        "probe": "P7",
      },
    ]
  `)
  expect(prober.attempts).toEqual([
    { externalId: right, attributed: false },
    { attributed: false },
    { externalId: random, attributed: false },
    { externalId: right, attributed: true },
  ])
})

describe('each probe failing in turn', () => {
  test.for<[string, Rule, string, string, string]>([
    [
      'P1',
      withId(right, denied),
      'rejected',
      'failed skipped skipped skipped skipped skipped skipped',
      'Tried to assume the role with the external id; AWS refused (AccessDenied): the trust policy must allow',
    ],
    [
      'P2',
      withId(undefined, assumed()),
      'rejected',
      'passed failed skipped passed passed passed skipped',
      'reject: the role can be assumed without the external id; add Condition StringEquals sts:ExternalId',
    ],
    [
      'P3',
      withId(random, assumed()),
      'rejected',
      'passed passed failed passed passed passed skipped',
      'reject: the role takes any external id; use StringEquals',
    ],
    [
      'P4',
      when(({ attributed }) => attributed, denied),
      'rejected',
      'passed passed passed failed passed passed skipped',
      'must also allow sts:SetSourceIdentity, and sts:TagSession',
    ],
  ])('%s', async ([probe, rule, status, outcomes, sentence]) => {
    const found = await verify(aws(rule))
    expect(found.status).toBe(status)
    expect(found.outcomes).toBe(outcomes)
    expect(found.message(probe)).toContain(sentence)
  })

  test.for<[string, { accountId: string; arn: string }, string]>([
    [
      'another account',
      { accountId: '222222222222', arn: 'arn:aws:sts::222222222222:assumed-role/mcp-gateway-read/x' },
      'another account',
    ],
    [
      'another role',
      { accountId: '111111111111', arn: 'arn:aws:sts::111111111111:assumed-role/mcp-gateway-write/x' },
      'another role',
    ],
    [
      'a longer name',
      { accountId: '111111111111', arn: 'arn:aws:sts::111111111111:assumed-role/mcp-gateway-read-2/x' },
      'another role',
    ],
    [
      'a user',
      { accountId: '111111111111', arn: 'arn:aws:iam::111111111111:user/mcp-gateway-read' },
      'another role',
    ],
    [
      'an ARN that says otherwise',
      { accountId: '111111111111', arn: 'arn:aws:sts::222222222222:assumed-role/mcp-gateway-read/x' },
      'another role',
    ],
  ])('P5: %s', async ([, identity, what]) => {
    const writes: string[] = []
    const session = sessionOf({
      identity: async () => identity,
      mayWrite: async () => {
        writes.push('tried')
        return 'allowed'
      },
    })
    const found = await verify(aws(withId(right, assumed(session))))
    expect(found.status).toBe('rejected')
    expect(found.outcomes).toBe('passed passed passed passed failed skipped skipped')
    expect(found.message('P5')).toContain(`it named ${what}: reject`)
    expect(writes).toEqual([])
  })

  test('P6 warns', async () => {
    const session = sessionOf({ mayWrite: async () => 'allowed' })
    const found = await verify(aws(withId(right, assumed(session))))
    expect(found.status).toBe('accepted')
    expect(found.outcomes).toBe('passed passed passed passed passed warning skipped')
    expect(found.message('P6')).toContain('AWS allowed it, but the read role only reads')
  })

  test('P7 warns', async () => {
    const found = await verify(aws(withId(retired, assumed())), probedRole(), retired)
    expect(found.status).toBe('accepted')
    expect(found.outcomes).toBe('passed passed passed passed passed passed warning')
    expect(found.message('P7')).toContain('AWS allowed it: the role still trusts it')
  })
})

test.for<[string, Rule, string, string]>([
  ['P1', withId(right, unknown), 'unknown', 'unknown skipped skipped skipped skipped skipped skipped'],
  ['P2', withId(undefined, unknown), 'unknown', 'passed unknown passed passed passed passed skipped'],
  ['P3', withId(random, unknown), 'unknown', 'passed passed unknown passed passed passed skipped'],
  [
    'P4',
    when(({ attributed }) => attributed, unknown),
    'unknown',
    'passed passed passed unknown passed passed skipped',
  ],
  [
    'P5',
    withId(right, assumed(sessionOf({ identity: () => Promise.reject(new Error('c4n4ry')) }))),
    'unknown',
    'passed passed passed passed unknown skipped skipped',
  ],
  [
    'P6',
    withId(right, assumed(sessionOf({ mayWrite: async () => 'unknown' }))),
    'accepted',
    'passed passed passed passed passed unknown skipped',
  ],
])(
  'throttled at %s: neither accepted nor rejected, unless it is not needed',
  async ([probe, rule, status, outcomes]) => {
    const found = await verify(aws(rule))
    expect(found.status).toBe(status)
    expect(found.outcomes).toBe(outcomes)
    expect(found.message(probe)).toContain('verify again later')
  },
)

test('what is wrong counts more than what is unknown', async () => {
  const found = await verify(
    aws(
      withId(undefined, assumed()),
      when(({ attributed }) => attributed, unknown),
    ),
  )
  expect(found.status).toBe('rejected')
})

test('P7 that is unknown takes nothing away', async () => {
  const found = await verify(aws(withId(retired, unknown)), probedRole(), retired)
  expect(found.status).toBe('accepted')
  expect(found.outcomes).toMatch(/unknown$/)
})

test('P7 passes once AWS refuses the retired id; the id in force is never taken for a retired one', async () => {
  expect((await verify(aws(), probedRole(), retired)).outcomes).toMatch(/passed$/)
  expect((await verify(aws(), probedRole(), right)).outcomes).toMatch(/skipped$/)
})

test.for<[RoleName, boolean, string]>([
  ['write', false, 'skipped'],
  ['admin', false, 'skipped'],
  ['write', true, 'warning'],
  ['read', true, 'warning'],
])('P6 of a %s role, tenant read-only %s: %s', async ([roleName, readOnlyMode, outcome]) => {
  const session = sessionOf({ mayWrite: async () => 'allowed' })
  const found = await verify(aws(withId(right, assumed(session))), probedRole({}, { roleName, readOnlyMode }))
  expect(found.probes[5]?.outcome).toBe(outcome)
  expect(found.status).toBe('accepted')
})

describe('while the external id rotates', () => {
  const rotating = probedRole({ nextExternalId: next })
  const bothTrusted = withId(next, assumed())

  test('the next one is verified, and the report says so', async () => {
    const prober = aws(bothTrusted)
    const found = await verify(prober, rotating)
    expect(found.status).toBe('accepted')
    expect(found.externalIdDigest).toBe(externalIdDigest(next))
    expect(found.message('P1')).toBe(
      'Tried to assume the role with the next external id; AWS allowed it, as it must.',
    )
    expect(found.message('P4')).toContain('with the next external id')
    expect(prober.attempts.map(({ externalId }) => externalId)).not.toContain(right)
  })

  test('where AWS does not take it yet the old one stays in force', async () => {
    const found = await verify(aws(), rotating)
    expect(found.status).toBe('accepted')
    expect(found.externalIdDigest).toBe(externalIdDigest(right))
    expect(found.outcomes).toBe('warning passed passed passed passed passed skipped')
    expect(found.message('P1')).toContain('the old one stays in force')
  })

  test('where AWS takes neither the role is rejected', async () => {
    const found = await verify(aws(withId(right, denied)), rotating)
    expect(found.status).toBe('rejected')
    expect(found.externalIdDigest).toBe(externalIdDigest(right))
    expect(found.message('P1')).toContain(
      'with the next, then with the old external id; AWS refused (AccessDenied)',
    )
  })

  test('what is wrong with the role is said of the id in force', async () => {
    const found = await verify(aws(bothTrusted, withId(undefined, assumed())), rotating)
    expect(found.status).toBe('rejected')
    expect(found.externalIdDigest).toBe(externalIdDigest(right))
  })

  test('throttling moves nothing', async () => {
    const found = await verify(aws(withId(next, unknown)), rotating)
    expect(found.status).toBe('unknown')
    expect(found.externalIdDigest).toBe(externalIdDigest(right))
  })
})

test('a code that is none stays out of the message', async () => {
  const code = `${roleArn} c4n4ry 222222222222`
  const found = await verify(aws(withId(right, { outcome: 'denied', code })))
  expect(found.message('P1')).toContain('AWS refused (no code)')
})

test('every probe is of the role that was asked for', async () => {
  const seen = new Set<ProbedRole>()
  const probed = probedRole()
  const honest = aws()
  const watched: RoleProber = {
    assume(each, attempt) {
      seen.add(each)
      return honest.assume(each, attempt)
    },
  }
  await verify(watched, probed)
  expect([...seen]).toEqual([probed])
})
