import { expect, test } from 'vitest'
import { accountInfo, oneAccountInfo } from './account-info.ts'
import { quietContext } from './testing/context.ts'
import { operator, reader } from './testing/grant.ts'

test('account-info tells of every account, and neither of ExternalIds nor of role ARNs', async () => {
  const contents = await accountInfo.read(quietContext(), { uri: accountInfo.uri, variables: {} })
  expect(contents).toMatchInlineSnapshot(`
    [
      {
        "mimeType": "application/json",
        "text": "{"tenant":"acme","regions":["eu-west-1","us-east-1"],"accounts":[{"alias":"prod","accountId":"111111111111","defaultRegion":"eu-west-1","roles":["read"]},{"alias":"dev","accountId":"111111111112","defaultRegion":"us-east-1","roles":["read"]}]}",
        "uri": "aws://account-info",
      },
    ]
  `)
  expect(JSON.stringify(contents)).not.toMatch(/external|arn:/i)
})

test('one-account-info tells of the account that the read is aimed at', async () => {
  const uri = 'aws://prod/account-info'
  const contents = await oneAccountInfo.read(quietContext(operator), { uri, variables: { account: 'prod' } })
  expect(contents).toMatchInlineSnapshot(`
    [
      {
        "mimeType": "application/json",
        "text": "{"alias":"prod","accountId":"111111111111","defaultRegion":"eu-west-1","roles":["read","write"]}",
        "uri": "aws://prod/account-info",
      },
    ]
  `)
})

test('aliases are completed', () => {
  expect(oneAccountInfo.complete?.account?.(reader, 'd', {})).toEqual(['dev'])
  expect(oneAccountInfo.complete?.account?.(reader, '', {})).toEqual(['prod', 'dev'])
  expect(oneAccountInfo.complete?.account?.(reader, 'x', {})).toEqual([])
})
