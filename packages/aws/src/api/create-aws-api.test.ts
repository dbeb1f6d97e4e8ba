import type { ApiOperation } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createAwsApi } from './create-aws-api.ts'

const known: ApiOperation = {
  service: 'sts',
  operation: 'GetCallerIdentity',
  access: 'read',
  iamActions: ['sts:GetCallerIdentity'],
  summary: 'Who one is.',
}

const api = createAwsApi({
  services: () => [{ service: 'sts', title: 'STS', operations: 1 }],
  find: (service, operation) =>
    service === known.service && operation === known.operation ? known : undefined,
  suggest: () => [],
  search: () => [known],
})

test('an operation of the index has schema, input and output', async () => {
  expect(await api.schema('sts', 'GetCallerIdentity')).toMatchObject({ type: 'object', properties: {} })
  expect(await api.prepare('sts', 'GetCallerIdentity', {})).toEqual({ input: {} })
  const output = { Account: '111122223333', $metadata: { requestId: 'r' } }
  expect(await api.present('sts', 'GetCallerIdentity', output)).toEqual({ Account: '111122223333' })
  expect([api.find('sts', 'GetCallerIdentity'), api.search('x')]).toEqual([known, [known]])
})

test.each([
  ['sts', 'AssumeRole'],
  ['ec2', 'DescribeInstances'],
  ['__proto__', 'constructor'],
])('%s:%s, which the index does not have, has none, though the SDK knows it', async (service, operation) => {
  for (const asked of [
    api.schema(service, operation),
    api.prepare(service, operation, {}),
    api.present(service, operation, {}),
  ]) {
    await expect(asked).rejects.toThrow('is not in the index')
  }
})
