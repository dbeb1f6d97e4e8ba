import { randomBytes } from 'node:crypto'
import {
  type Approval,
  type Approver,
  createApprovals,
  GatewayError,
  principalId,
  type RecordStore,
} from '@gateway/domain'
import { expect, test } from 'vitest'
import { uniqueTenant } from './testing/unique-tenant.ts'

/** Records under test, with the clock that they go by; `now` is that of the replica. */
export interface ApprovalsUnderTest extends AsyncDisposable {
  readonly records: RecordStore
  now(): number
  wait(seconds: number): Promise<void>
}

const issuer = 'https://sso.example'
const person = (subject: string, mayApproveOthers = false): Approver => ({
  principalId: principalId(issuer, subject),
  issuer,
  subject,
  mayApproveOthers,
})
const ann = person('ann')
const bea = person('bea', true)

/** What every store of records makes of approvals. */
export const approvalsContract = (open: () => Promise<ApprovalsUnderTest>): void => {
  const begin = async () => {
    const under = await open()
    const approvals = createApprovals(under)
    const tenantId = uniqueTenant()
    const newApproval = (change: Partial<Approval> = {}): Approval => ({
      id: randomBytes(32).toString('base64url'),
      tenantId,
      asker: { principalId: ann.principalId, issuer, subject: 'ann', client: 'editor' },
      tool: { name: 'aws_ec2_terminate_instances', title: 'Terminate instances', access: 'destructive' },
      account: { alias: 'prod', accountId: '111111111111' },
      region: 'eu-west-1',
      digest: 'digest',
      plan: { effect: 'Terminates one instance.', resources: [{ id: 'i-1', name: 'web' }] },
      clientToken: 'token',
      rung: 'approval',
      reasons: ['It destroys something.'],
      rules: ['confirmation.asked'],
      createdAt: under.now(),
      expiresAt: under.now() + 900_000,
      state: 'pending',
      ...change,
    })
    const created = async (change: Partial<Approval> = {}): Promise<Approval> => {
      const approval = newApproval(change)
      await approvals.create(approval)
      return approval
    }
    const useOf = ({ id, digest }: Approval, change: object = {}) =>
      approvals.use({ tenantId, id, principalId: ann.principalId, digest, least: 'person', ...change })
    const codeOf = (made: Promise<unknown>) =>
      made.then(
        () => undefined,
        (thrown: unknown) => (thrown instanceof GatewayError ? thrown.code : String(thrown)),
      )
    return {
      ...under,
      approvals,
      tenantId,
      newApproval,
      created,
      useOf,
      codeOf,
      [Symbol.asyncDispose]: () => under[Symbol.asyncDispose](),
    }
  }

  test('an approval waits, is given with a reason, and is used once', async () => {
    await using line = await begin()
    const { approvals, tenantId, useOf } = line
    const approval = await line.created()
    expect(await approvals.find(tenantId, approval.id)).toMatchObject({ state: 'pending', digest: 'digest' })
    expect(await useOf(approval)).toEqual({ fault: 'pending' })
    const decided = await approvals.decide(approval, { approve: true, by: ann, reason: 'as agreed' })
    expect(decided).toMatchObject({
      approval: {
        state: 'approved',
        decision: { by: { principalId: ann.principalId, issuer, subject: 'ann' }, reason: 'as agreed' },
      },
    })
    expect(JSON.stringify(decided)).not.toContain('mayApproveOthers')
    expect(await useOf(approval)).toMatchObject({ approval: { state: 'used', clientToken: 'token' } })
    expect(await useOf(approval)).toEqual({ fault: 'used' })
    expect(await approvals.decide(approval, { approve: false, by: ann })).toEqual({ fault: 'decided' })
    expect(await approvals.find(tenantId, approval.id)).toMatchObject({ state: 'used' })
  })

  test('what was refused stays refused', async () => {
    await using line = await begin()
    const approval = await line.created()
    await line.approvals.decide(approval, { approve: false, by: bea, reason: 'not today' })
    expect(await line.useOf(approval)).toEqual({ fault: 'refused' })
    expect(await line.approvals.decide(approval, { approve: true, by: bea })).toEqual({ fault: 'decided' })
    expect(await line.approvals.find(line.tenantId, approval.id)).toMatchObject({
      state: 'refused',
      decision: { reason: 'not today' },
    })
  })

  test('who may decide: the asker where their own word counts, and of others those who may for others', async () => {
    await using line = await begin()
    const carl = person('carl')
    const verdict = async (rung: Approval['rung'], by: Approver) => {
      const outcome = await line.approvals.decide(await line.created({ rung }), { approve: true, by })
      return 'fault' in outcome ? outcome.fault : outcome.approval.state
    }
    for (const rung of ['person', 'approval'] as const) {
      expect(await verdict(rung, ann)).toBe('approved')
      expect(await verdict(rung, bea)).toBe('approved')
      expect(await verdict(rung, carl)).toBe('not-approver')
    }
    expect(await verdict('other-person', ann)).toBe('own')
    expect(await verdict('other-person', { ...ann, mayApproveOthers: true })).toBe('own')
    expect(await verdict('other-person', carl)).toBe('not-approver')
    expect(await verdict('other-person', bea)).toBe('approved')
  })

  test('another tenant, principal or digest: unknown, and nothing is used up', async () => {
    await using line = await begin()
    const { approvals, useOf } = line
    const approval = await line.created()
    const other = uniqueTenant()
    expect(await approvals.find(other, approval.id)).toBeUndefined()
    const unknown = { fault: 'unknown' }
    const foreign = { ...approval, tenantId: other }
    expect(await approvals.decide(foreign, { approve: true, by: bea })).toEqual(unknown)
    await approvals.decide(approval, { approve: true, by: bea })
    expect(await useOf(approval, { tenantId: other })).toEqual(unknown)
    expect(await useOf(approval, { principalId: bea.principalId })).toEqual(unknown)
    expect(await useOf(approval, { digest: 'another' })).toEqual(unknown)
    for (const id of ['', 'x', '*', '../x', `${approval.id} `, 'a'.repeat(500)]) {
      expect(await useOf(approval, { id })).toEqual(unknown)
    }
    expect(await useOf(approval)).toMatchObject({ approval: { state: 'used' } })
    expect(await useOf(approval, { principalId: bea.principalId })).toEqual(unknown)
  })

  test('of simultaneous decisions one counts, and of simultaneous uses one', async () => {
    await using line = await begin()
    const approval = await line.created()
    const decisions = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        line.approvals.decide(approval, { approve: index % 2 === 0, by: index % 3 === 0 ? ann : bea }),
      ),
    )
    const counted = decisions.flatMap((each) => ('approval' in each ? [each.approval.state] : []))
    expect(counted).toHaveLength(1)
    expect((await line.approvals.find(line.tenantId, approval.id))?.state).toBe(counted[0])

    const next = await line.created()
    await line.approvals.decide(next, { approve: true, by: ann })
    const uses = await Promise.all(Array.from({ length: 12 }, () => line.useOf(next)))
    expect(uses.filter((each) => 'approval' in each)).toHaveLength(1)
    expect(uses.filter((each) => 'fault' in each && each.fault === 'used')).toHaveLength(11)
  })

  test('nothing is decided or used after its time', async () => {
    await using line = await begin()
    const brief = () => line.created({ expiresAt: line.now() + 1_000 })
    const pending = await brief()
    await line.wait(1.1)
    expect(await line.approvals.decide(pending, { approve: true, by: bea })).toEqual({ fault: 'expired' })
    expect(await line.useOf(pending)).toEqual({ fault: 'expired' })
    expect(await line.approvals.find(line.tenantId, pending.id)).toMatchObject({ state: 'pending' })
    // A replica whose clock is slow.
    const slow = createApprovals({ records: line.records, now: () => line.now() - 3_600_000 })
    expect(await slow.decide(pending, { approve: true, by: bea })).toEqual({ fault: 'expired' })
    // One whose clock is fast refuses too early.
    const fast = createApprovals({ records: line.records, now: () => line.now() + 3_600_000 })
    const late = await line.created()
    expect(await fast.decide(late, { approve: true, by: bea })).toEqual({ fault: 'expired' })
    await line.approvals.decide(late, { approve: true, by: bea })
    expect(
      await fast.use({
        tenantId: line.tenantId,
        id: late.id,
        principalId: ann.principalId,
        digest: 'digest',
        least: 'person',
      }),
    ).toEqual({ fault: 'expired' })
  })

  test('an approval that took less than is needed now is unknown', async () => {
    await using line = await begin()
    const approval = await line.created({ rung: 'person' })
    await line.approvals.decide(approval, { approve: true, by: bea })
    expect(await line.useOf(approval, { least: 'other-person' })).toEqual({ fault: 'unknown' })
    expect(await line.useOf(approval, { least: 'approval' })).toEqual({ fault: 'unknown' })
    expect(await line.useOf(approval)).toHaveProperty('approval')
  })

  test('what is approved at the last moment can still be used for five minutes', async () => {
    await using line = await begin()
    const approval = await line.created({ expiresAt: line.now() + 2_000 })
    const decided = await line.approvals.decide(approval, { approve: true, by: ann })
    const expiresAt = 'approval' in decided ? decided.approval.expiresAt : 0
    expect(expiresAt - line.now()).toBeGreaterThan(290_000)
    expect(expiresAt - line.now()).toBeLessThanOrEqual(300_000)
    await line.wait(2.1)
    expect(await line.useOf(approval)).toMatchObject({ approval: { state: 'used' } })
  })

  test('one asker has 20 that wait and a tenant 200; those that are decided make room', async () => {
    await using line = await begin()
    const own = await Promise.all(Array.from({ length: 20 }, () => line.created()))
    expect(await line.codeOf(line.created())).toBe('rate_limited')
    await line.approvals.decide(own[0] as Approval, { approve: false, by: ann })
    await line.created()
    expect(await line.codeOf(line.created())).toBe('rate_limited')
    const others = Array.from({ length: 9 }, (_, index) => principalId(issuer, `other ${index}`))
    for (const other of others) {
      const asker = { principalId: other, issuer, subject: 'other', client: 'editor' }
      await Promise.all(Array.from({ length: 20 }, () => line.created({ asker })))
    }
    const last = { principalId: bea.principalId, issuer, subject: 'bea', client: 'editor' }
    expect(await line.codeOf(line.created({ asker: last }))).toBe('rate_limited')
    expect(await line.codeOf(line.created({ asker: last, tenantId: uniqueTenant() }))).toBeUndefined()
  })

  test('no request and no secret of it is kept, and of many resources the first hundred', async () => {
    await using line = await begin()
    const resources = Array.from({ length: 150 }, (_, index) => ({ id: `i-${index}` }))
    const { tenantId, id } = await line.created({
      plan: {
        effect: 'Creates a database.',
        resources,
        sends: { service: 'rds', operation: 'CreateDBInstance', input: { MasterUserPassword: 'canary-1' } },
        details: {
          reason: 'for the demo',
          moreResources: 5,
          MasterUserPassword: 'canary-2',
          size: 'db.t3.micro',
        },
      },
    })
    const kept = (await line.records.get({ tenantId, kind: 'approval', id })) ?? ''
    expect(kept).not.toContain('canary')
    const { plan } = (await line.approvals.find(tenantId, id)) ?? {}
    expect(plan?.resources).toHaveLength(100)
    expect(plan?.details).toMatchObject({ reason: 'for the demo', moreResources: 55 })
    expect(plan?.details?.request?.lines).toContain('size = "db.t3.micro"')
  })

  test('an id is of one approval only, and one that is over or decided is not begun', async () => {
    await using line = await begin()
    const approval = await line.created()
    expect(await line.codeOf(line.approvals.create(approval))).toBe('unavailable')
    expect(await line.codeOf(line.created({ state: 'approved' }))).toBe('unavailable')
    expect(await line.codeOf(line.created({ expiresAt: line.now() }))).toBe('unavailable')
    // The first is what it was.
    expect(await line.approvals.decide(approval, { approve: true, by: ann })).toHaveProperty('approval')
  })

  test('a record that is no approval, or another one, decides nothing', async () => {
    await using line = await begin()
    const { tenantId } = line
    const bounds = { ttlSeconds: 60, maxPerTenant: 100 }
    const other = JSON.stringify(line.newApproval({ state: 'approved' }))
    for (const text of ['', '{}', 'null', '[]', other]) {
      const id = randomBytes(32).toString('base64url')
      await line.records.create({ tenantId, kind: 'approval', id }, text, bounds)
      const of = { tenantId, id, principalId: ann.principalId, digest: 'digest', least: 'person' as const }
      expect(await line.codeOf(line.approvals.use(of))).toBe('unavailable')
      expect(await line.codeOf(line.approvals.find(tenantId, id))).toBe('unavailable')
    }
  })

  test('a store that is away is an outage and no answer', async () => {
    await using line = await begin()
    const approval = await line.created()
    const away = async () => Promise.reject(new Error('away'))
    const records = { create: away, get: away, replace: away, remove: away }
    const approvals = createApprovals({ records, now: line.now })
    const of = { ...approval, principalId: ann.principalId, least: 'person' as const }
    for (const made of [
      approvals.create(line.newApproval()),
      approvals.find(line.tenantId, approval.id),
      approvals.decide(approval, { approve: true, by: ann }),
      approvals.use(of),
    ]) {
      expect(await line.codeOf(made)).toBe('unavailable')
    }
  })
}
