import { expect, test } from 'vitest'
import { type Stop, type StopTarget, stopId } from '../stops.ts'
import { demandNotStopped, type Stoppable, stopFor } from './stopped.ts'

const stopOf = (target: StopTarget): Stop => ({
  ...target,
  id: stopId(target),
  reason: 'Incident 7.',
  by: { issuer: 'https://sso.example/operators', subject: 'olga' },
  since: '2026-01-01T00:00:00.000Z',
})

const ann: Stoppable = {
  tenantId: 'acme',
  principalId: 'ann',
  tool: 'aws_ec2_control_instance',
  changes: true,
}
/** The same person of another tenant: one identity provider may serve both. */
const annOfGlobex = { ...ann, tenantId: 'globex' }
const reading = { tool: 'aws_ec2_describe_instances', changes: false }

/** Who is stopped, of every caller and call of two tenants. */
const calls = Object.fromEntries(
  (
    [
      ['acme/ann', ann],
      ['acme/bob', { ...ann, principalId: 'bob' }],
      ['globex/ann', annOfGlobex],
    ] as const
  ).flatMap(([who, call]) => [
    [`${who} writes`, call],
    [`${who} reads`, { ...call, ...reading }],
  ]),
)
const stopped = (...targets: StopTarget[]) =>
  Object.entries(calls).flatMap(([name, call]) => (stopFor(targets.map(stopOf), call) ? [name] : []))

test.for<[StopTarget, string[]]>([
  [{ kind: 'writes' }, ['acme/ann writes', 'acme/bob writes', 'globex/ann writes']],
  [{ kind: 'writes', tenantId: 'acme' }, ['acme/ann writes', 'acme/bob writes']],
  [
    { kind: 'tenant', tenantId: 'acme' },
    ['acme/ann writes', 'acme/ann reads', 'acme/bob writes', 'acme/bob reads'],
  ],
  [{ kind: 'tenant', tenantId: 'acm' }, []],
  [{ kind: 'principal', tenantId: 'acme', principalId: 'ann' }, ['acme/ann writes', 'acme/ann reads']],
  [{ kind: 'principal', tenantId: 'globex', principalId: 'bob' }, []],
  [{ kind: 'tool', tool: reading.tool }, ['acme/ann reads', 'acme/bob reads', 'globex/ann reads']],
  [{ kind: 'tool', tool: reading.tool, tenantId: 'globex' }, ['globex/ann reads']],
  [{ kind: 'tool', tool: 'aws_ec2' }, []],
])('%j stops these and nobody else', ([target, who]) => {
  expect(stopped(target)).toEqual(who)
})

test('nothing is stopped where there is no stop', () => {
  expect(stopped()).toEqual([])
})

test('of several the one with the most reach is told, in whatever order they come', () => {
  const stops = [
    { kind: 'writes' } as const,
    { kind: 'tool', tool: ann.tool } as const,
    { kind: 'principal', tenantId: 'acme', principalId: 'ann' } as const,
    { kind: 'tenant', tenantId: 'acme' } as const,
    { kind: 'tenant', tenantId: 'globex' } as const,
  ].map(stopOf)
  for (const order of [stops, stops.toReversed()]) {
    expect(stopFor(order, ann)?.id).toBe('tenant:acme')
    expect(stopFor(order, annOfGlobex)?.id).toBe('tenant:globex')
    expect(stopFor(order, { ...ann, tenantId: 'initech' })?.id).toBe('tool:aws_ec2_control_instance')
  }
})

test('a call that runs is told why it ends, and that it had begun', async () => {
  const grantOf = (tenantId: string) =>
    ({ tenant: { id: tenantId }, principal: { id: 'ann' } }) as Parameters<typeof demandNotStopped>[1]
  const writing = { name: ann.tool, access: 'destructive' } as const
  const stops = { inForce: async () => [stopOf({ kind: 'writes', tenantId: 'acme' })] }
  await expect(demandNotStopped(stops, grantOf('acme'), writing)).rejects.toMatchObject({
    code: 'stopped',
    message:
      'The operator of the gateway has stopped this: Incident 7. Do not try again before they let it go on. Some of the call may have been carried out before.',
  })
  await demandNotStopped(stops, grantOf('globex'), writing)
  for (const access of ['read', 'sensitive-read'] as const) {
    await demandNotStopped(stops, grantOf('acme'), { name: reading.tool, access })
  }
  await demandNotStopped({ inForce: () => [] }, grantOf('acme'), writing)
  await demandNotStopped(undefined, grantOf('acme'), writing)
})
