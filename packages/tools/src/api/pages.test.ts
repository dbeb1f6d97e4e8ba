import { type ApiOperation, redactSecrets } from '@gateway/domain'
import { expect, test } from 'vitest'
import { pageOf, withToken } from './pages.ts'

const scan: ApiOperation = {
  service: 'dynamodb',
  operation: 'Scan',
  access: 'read',
  iamActions: ['dynamodb:Scan'],
  summary: 'Reads a table.',
  pager: { input: 'ExclusiveStartKey', output: 'LastEvaluatedKey' },
}

test('a key that looks like a secret is not shown, and the next page starts at it all the same', () => {
  const key = { token: { S: 'abc' }, api_key: { B: new Uint8Array([0, 1, 255]) }, session_token: { N: '7' } }
  const output = { Count: 1, LastEvaluatedKey: key, $metadata: {} }
  const presented = redactSecrets({ Count: 1, LastEvaluatedKey: { ...key, api_key: { B: 'AAH/' } } })
  const { page, token } = pageOf(scan, { output, presented }, undefined)
  expect(page).toEqual({ Count: 1 })
  // Bytes as base64, which is how params carry them.
  expect(withToken(scan, { TableName: 't' }, token)).toEqual({
    TableName: 't',
    ExclusiveStartKey: { token: { S: 'abc' }, api_key: { B: 'AAH/' }, session_token: { N: '7' } },
  })
  expect(pageOf(scan, { output, presented }, token)).toEqual({ page: { Count: 1 } })
})

test('a text that looks like a token of somebody comes back whole', () => {
  const logs = { ...scan, pager: { input: 'NextToken', output: 'Page.NextToken' } }
  const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`
  const output = { Page: { NextToken: jwt, Items: [1] } }
  const { page, token } = pageOf(logs, { output, presented: redactSecrets(output) }, undefined)
  expect(page).toEqual({ Page: { Items: [1] } })
  expect(withToken(logs, {}, token)).toEqual({ NextToken: jwt })
})

test('no token is the last page', () => {
  for (const LastEvaluatedKey of [undefined, null, ''])
    expect(pageOf(scan, { output: { LastEvaluatedKey }, presented: {} }, undefined)).toEqual({ page: {} })
})
