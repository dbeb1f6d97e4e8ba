import type { SessionPolicy } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { fakeAws, oneReservation, queryError, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

const describeInstances = { service: 'ec2', operation: 'DescribeInstances', input: {} }
const instances = { 'ec2:DescribeInstances': () => oneReservation('1') }
const narrow: SessionPolicy = {
  document: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}',
  arns: ['arn:aws:iam::111111111111:policy/boundary', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
  hash: 'hash-of-narrow',
}

test.each(['read', 'write'] as const)(
  'a %s session is narrowed by the policy of the target',
  async (roleName) => {
    const { answers } = sts()
    await using aws = await fakeAws({ ...answers, ...instances })
    using access = accessTo(aws.endpoint)
    await access.send(targetOf({ roleName, sessionPolicy: narrow }), describeInstances, never)
    const params = aws.seen('sts:AssumeRole')[0]?.params
    expect(params?.get('Policy')).toBe(narrow.document)
    expect([1, 2].map((number) => params?.get(`PolicyArns.member.${number}.arn`))).toEqual(narrow.arns)
  },
)

test('what does not narrow is not sent', async () => {
  await using aws = await fakeAws({ ...sts().answers, ...instances })
  using access = accessTo(aws.endpoint)
  const sessionPolicy = { document: '', arns: [], hash: 'none' }
  await access.send(targetOf({ sessionPolicy }), describeInstances, never)
  const names = [...(aws.seen('sts:AssumeRole')[0]?.params.keys() ?? [])]
  expect(names.filter((name) => name.startsWith('Policy'))).toEqual([])
})

test('sessions with different policies are never shared, and a narrowed policy is in force with the next call', async () => {
  const { issued, answers } = sts()
  await using aws = await fakeAws({ ...answers, ...instances })
  using access = accessTo(aws.endpoint)
  const narrower = { ...narrow, document: narrow.document.replace('s3:*', '*'), hash: 'hash-of-narrower' }
  for (const sessionPolicy of [undefined, narrow, narrower, narrow]) {
    await access.send(targetOf(sessionPolicy ? { sessionPolicy } : {}), describeInstances, never)
  }
  const used = aws.seen('ec2:DescribeInstances').map(({ accessKeyId }) => issued.byKey.get(accessKeyId))
  expect(used.map((params) => params?.get('Policy'))).toEqual([
    null,
    narrow.document,
    narrower.document,
    narrow.document,
  ])
  expect(aws.seen('sts:AssumeRole')).toHaveLength(3)
})

test('E14 a policy that nearly fills the room of STS is told to the operator, once for each policy and tenant', async () => {
  await using aws = await fakeAws({ ...sts({ packed: 80 }).answers, ...instances })
  const onFault = vi.fn()
  using access = accessTo(aws.endpoint, { onFault })
  const call = (tenant: string, subject: string) =>
    access.send(targetOf({ tenant, subject, sessionPolicy: narrow }), describeInstances, never)
  for (const subject of ['a@example.com', 'b@example.com']) await call('acme', subject)
  expect(onFault.mock.calls).toEqual([
    [
      expect.objectContaining({ tenant: 'acme', account: 'main', packedPolicySize: 80 }),
      'the session policy is nearly too large',
    ],
  ])
  await call('other', 'a@example.com')
  expect(onFault).toHaveBeenCalledTimes(2)
})

test('E14 a policy that leaves room is told to nobody', async () => {
  await using aws = await fakeAws({ ...sts({ packed: 79 }).answers, ...instances })
  const onFault = vi.fn()
  using access = accessTo(aws.endpoint, { onFault })
  await access.send(targetOf({ sessionPolicy: narrow }), describeInstances, never)
  expect(onFault).not.toHaveBeenCalled()
})

test.each([
  ['PackedPolicyTooLarge', /too large.*shorten its permissions \(policy/],
  ['MalformedPolicyDocument', /not one that AWS takes.*mend its permissions \(policy/],
])('E14 %s says who mends it, and is remembered for this policy alone', async (code, message) => {
  const { answers } = sts()
  await using aws = await fakeAws({
    ...instances,
    'sts:AssumeRole': (request) =>
      request.params.has('Policy') ? queryError(400, code, 'x') : answers['sts:AssumeRole'](request),
  })
  using access = accessTo(aws.endpoint)
  const call = () => access.send(targetOf({ sessionPolicy: narrow }), describeInstances, never)
  for (let count = 0; count < 2; count++) {
    await expect(call()).rejects.toMatchObject({
      code: 'credentials_refused',
      message: expect.stringMatching(message),
      details: { aws: { code: expect.stringContaining(code) } },
    })
  }
  expect(aws.requests).toHaveLength(1)
  await access.send(targetOf(), describeInstances, never)
  expect(aws.seen('ec2:DescribeInstances')).toHaveLength(1)
})
