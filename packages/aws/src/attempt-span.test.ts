import type { Span, SpanAttributes } from '@gateway/domain'
import { expect, test } from 'vitest'
import { accessTo } from './testing/access-to.ts'
import { ec2Error, fakeAws, oneReservation, sts } from './testing/fake-aws.ts'
import { never, targetOf } from './testing/targets.ts'

const trace = '4bf92f3577b34da6a3ce929d0e0e4736'
const describeInstances = {
  service: 'ec2',
  operation: 'DescribeInstances',
  input: { NextToken: 'canary-input' },
}

/** A span that remembers its children. */
const recorded = (flags: '00' | '01') => {
  const children: { name: string; attributes: SpanAttributes; ended?: { error?: string } | undefined }[] = []
  const span: Span = {
    traceparent: `00-${trace}-00f067aa0ba902b7-${flags}`,
    child(name, attributes = {}) {
      const child: (typeof children)[number] = { name, attributes }
      const id = children.push(child)
      return {
        ...span,
        traceparent: `00-${trace}-${String(id).padStart(16, '0')}-${flags}`,
        set: (more) => Object.assign(child, { attributes: { ...child.attributes, ...more } }),
        end: (ended = {}) => Object.assign(child, { ended }),
      }
    },
    set() {},
    end() {},
  }
  return { span, children }
}

const traceOf = (id: number) =>
  `Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=${String(id).padStart(16, '0')};Sampled=1`

test('each attempt has a span, AssumeRole too, and AWS hears of it outside of the signature', async () => {
  await using aws = await fakeAws({
    ...sts().answers,
    'ec2:DescribeInstances': (_, count) =>
      count === 1 ? ec2Error(503, 'Throttling', 'canary-words') : oneReservation('canary-answer'),
  })
  using access = accessTo(aws.endpoint)
  const { span, children } = recorded('01')
  await access.send({ ...targetOf({ retryCount: 1 }), span }, describeInstances, never)
  const where = { 'rpc.system.name': 'aws-api', 'cloud.region': 'eu-west-1' }
  expect(children).toEqual([
    {
      name: 'sts/AssumeRole',
      attributes: {
        ...where,
        'rpc.method': 'sts/AssumeRole',
        'aws.request_id': 'req-1',
        'http.response.status_code': 200,
      },
      ended: {},
    },
    {
      name: 'ec2/DescribeInstances',
      attributes: {
        ...where,
        'rpc.method': 'ec2/DescribeInstances',
        'aws.request_id': expect.any(String),
        'http.response.status_code': 503,
      },
      ended: { error: 'Throttling' },
    },
    {
      name: 'ec2/DescribeInstances',
      attributes: {
        ...where,
        'rpc.method': 'ec2/DescribeInstances',
        'aws.request_id': 'req-3',
        'http.response.status_code': 200,
      },
      ended: {},
    },
  ])
  expect(JSON.stringify(children)).not.toContain('canary')
  expect(aws.requests.map(({ headers }) => headers['x-amzn-trace-id'])).toEqual([1, 2, 3].map(traceOf))
  for (const { headers } of aws.requests) expect(headers.authorization).not.toMatch(/trace/i)
})

test('a trace that is not recorded is not told, and neither is none', async () => {
  await using aws = await fakeAws({ ...sts().answers, 'ec2:DescribeInstances': () => oneReservation('1') })
  using access = accessTo(aws.endpoint)
  const { span, children } = recorded('00')
  await access.send({ ...targetOf(), span }, describeInstances, never)
  await access.send(targetOf(), describeInstances, never)
  expect(children).toHaveLength(2)
  expect(aws.requests).toHaveLength(3)
  for (const { headers } of aws.requests) expect(headers).not.toHaveProperty('x-amzn-trace-id')
})

test('an attempt that nobody answers ends its span too', async () => {
  await using aws = await fakeAws({ ...sts().answers, 'ec2:DescribeInstances': () => ({ hang: true }) })
  using access = accessTo(aws.endpoint)
  const { span, children } = recorded('01')
  const given = new AbortController()
  const sent = access.send({ ...targetOf(), span }, describeInstances, given.signal)
  await expect.poll(() => aws.requests.length).toBe(2)
  given.abort(new DOMException('enough', 'TimeoutError'))
  await expect(sent).rejects.toMatchObject({ code: 'timeout' })
  expect(children.at(-1)?.ended?.error).toMatch(/^\w+$/)
})
