import { type AwsTarget, GatewayError } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { type CannedAnswer, ec2Error, fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const instances = { 'ec2:DescribeInstances': () => oneReservation('1') }

test('a tenant that is forgotten signs with new credentials afterwards, and every other with those it had', async () => {
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint)
  const keysOf = async (tenants: readonly string[]) => {
    for (const tenant of tenants) await access.send(targetOf({ tenant }), describeInstances, never)
    return aws
      .seen('ec2:DescribeInstances')
      .slice(-tenants.length)
      .map(({ accessKeyId }) => accessKeyId)
  }
  const before = await keysOf(['acme', 'acme-2', 'other'])
  access.forget('acme')
  const after = await keysOf(['acme', 'acme-2', 'other'])
  expect(after[0]).not.toBe(before[0])
  expect(after.slice(1)).toEqual(before.slice(1))
  access.forget('no-such-tenant')
  expect(await keysOf(['acme', 'acme-2', 'other'])).toEqual(after)
})

test('a session that is opened while its tenant is forgotten serves no later call', async () => {
  const { answers } = sts()
  const gate = Promise.withResolvers<void>()
  await using aws = await fakeAws({
    ...instances,
    'sts:AssumeRole': async (request, count) => {
      if (count === 1) await gate.promise
      return answers['sts:AssumeRole'](request)
    },
  })
  using access = accessTo(aws.endpoint)
  const early = access.send(targetOf(), describeInstances, never)
  await vi.waitFor(() => expect(aws.seen('sts:AssumeRole')).toHaveLength(1), { timeout: 4_000 })
  access.forget('acme')
  await access.send(targetOf(), describeInstances, never)
  gate.resolve()
  await early
  await access.send(targetOf(), describeInstances, never)
  const [first, second, third] = aws.seen('ec2:DescribeInstances').map(({ accessKeyId }) => accessKeyId)
  expect(third).toBe(first)
  expect(second).not.toBe(first)
  expect(aws.seen('sts:AssumeRole')).toHaveLength(2)
})

test('a refusal is forgotten too: a mended role works at once', async () => {
  const { answers } = sts()
  let mended = false
  await using aws = await fakeAws({
    ...instances,
    'sts:AssumeRole': (request) =>
      mended ? answers['sts:AssumeRole'](request) : queryError(403, 'AccessDenied', 'x'),
  })
  using access = accessTo(aws.endpoint)
  const call = () => access.send(targetOf(), describeInstances, never)
  await expect(call()).rejects.toMatchObject({ code: 'credentials_refused' })
  mended = true
  await expect(call()).rejects.toMatchObject({ code: 'credentials_refused' })
  access.forget('other')
  await expect(call()).rejects.toMatchObject({ code: 'credentials_refused' })
  access.forget('acme')
  await expect(call()).resolves.toBeDefined()
})

test('the session of a write that is under way is forgotten, that of another tenant is not', async () => {
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint)
  const [own, others] = [targetOf({ roleName: 'write' }), targetOf({ roleName: 'write', tenant: 'other' })]
  for (const target of [own, others]) await access.send(target, describeInstances, never)
  access.forget('acme')
  for (const target of [own, others]) await access.send(target, describeInstances, never)
  expect(aws.seen('sts:AssumeRole').map(({ params }) => params.get('ExternalId'))).toEqual([
    'ext-acme',
    'ext-other',
    'ext-acme',
  ])
})

/** A guard as the gateway composes it: what is in force is what `tenants` says now. */
const guarded = async (answer: (count: number) => CannedAnswer) => {
  const inForce = new Map<string, AwsTarget['tenant']>()
  const aws = await fakeAws({ ...sts().answers, 'ec2:DescribeInstances': (_request, count) => answer(count) })
  const access = accessTo(aws.endpoint, {
    inForce({ tenant, role }) {
      const current = inForce.get(tenant.id)
      const roles = current?.accounts.flatMap(({ roles: all }) => Object.values(all))
      const same = role !== 'profile' && roles?.some((each) => each?.externalId === role.externalId)
      if (!current || !same) throw new GatewayError('tenant_suspended', 'The tenant has changed. Ask again.')
    },
  })
  return { aws, access, inForce }
}

test('E22 a call that holds a removed tenant sends nothing more, not even a retry', async () => {
  const { aws, access, inForce } = await guarded((count) => {
    if (count > 1) return oneReservation('1')
    inForce.delete('acme')
    return ec2Error(503, 'Unavailable', 'later')
  })
  await using _aws = aws
  using _access = access
  const [target, others] = [targetOf({ retryCount: 3 }), targetOf({ tenant: 'other' })]
  for (const { tenant } of [target, others]) inForce.set(tenant.id, tenant)
  await expect(access.send(target, describeInstances, never)).rejects.toMatchObject({
    code: 'tenant_suspended',
  })
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(1)
  await access.send(others, describeInstances, never)
  const before = aws.requests.length
  await expect(access.send(target, describeInstances, never)).rejects.toMatchObject({
    code: 'tenant_suspended',
  })
  expect(aws.requests).toHaveLength(before)
})

test('E22 a tenant that is removed while its session is opened, or a role that is edited, sends no request', async () => {
  const { answers } = sts()
  const edited = targetOf({ externalId: 'rotated' }).tenant
  for (const change of [undefined, edited]) {
    const inForce = { tenant: targetOf().tenant as AwsTarget['tenant'] | undefined }
    await using aws = await fakeAws({
      ...instances,
      'sts:AssumeRole': (request) => {
        inForce.tenant = change
        return answers['sts:AssumeRole'](request)
      },
    })
    using access = accessTo(aws.endpoint, {
      async inForce({ role }) {
        const current = inForce.tenant?.accounts[0]?.roles.read
        if (role === 'profile' || current?.externalId !== role.externalId) {
          throw new GatewayError('account_not_linked', 'This role is not in force any more. Ask again.')
        }
      },
    })
    await expect(access.send(targetOf(), describeInstances, never)).rejects.toMatchObject({
      code: 'account_not_linked',
    })
    expect(aws.seen('ec2:DescribeInstances')).toEqual([])
  }
})

test('a guard that cannot tell lets nothing out, and one that hangs holds no call beyond its deadline', async () => {
  await using aws = await fakeAws({})
  const guards = {
    throws: () => {
      throw new Error('broken')
    },
    rejects: () => Promise.reject(new GatewayError('unavailable', 'Nobody can tell.')),
    hangs: () => new Promise<never>(() => {}),
  }
  const codes = await Promise.all(
    Object.values(guards).map(async (inForce) => {
      using access = accessTo(aws.endpoint, { inForce })
      const call = access.send(targetOf(), describeInstances, AbortSignal.timeout(200))
      return call.catch((thrown) => thrown.code ?? thrown.message)
    }),
  )
  expect(codes).toEqual(['broken', 'unavailable', 'timeout'])
  expect(aws.requests).toEqual([])
})
