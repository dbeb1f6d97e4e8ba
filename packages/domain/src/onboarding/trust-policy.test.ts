import { expect, test } from 'vitest'
import { trustPolicy } from './trust-policy.ts'

const gatewayPrincipalArn = 'arn:aws:iam::123456789012:role/mcp-gateway'

test('the gateway with the external id, its caller, and no other tag', () => {
  expect(trustPolicy({ gatewayPrincipalArn, externalIds: ['acme-id'] })).toMatchInlineSnapshot(`
    {
      "Statement": [
        {
          "Action": "sts:AssumeRole",
          "Condition": {
            "StringEquals": {
              "sts:ExternalId": "acme-id",
            },
          },
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::123456789012:role/mcp-gateway",
          },
          "Sid": "GatewayWithExternalId",
        },
        {
          "Action": "sts:SetSourceIdentity",
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::123456789012:role/mcp-gateway",
          },
          "Sid": "NamesItsCaller",
        },
        {
          "Action": "sts:TagSession",
          "Condition": {
            "ForAllValues:StringEquals": {
              "aws:TagKeys": [
                "mcp:tenant",
                "mcp:user",
                "mcp:client",
                "mcp:call",
              ],
            },
          },
          "Effect": "Allow",
          "Principal": {
            "AWS": "arn:aws:iam::123456789012:role/mcp-gateway",
          },
          "Sid": "TagsItsSession",
        },
      ],
      "Version": "2012-10-17",
    }
  `)
})

test('both ids while one replaces the other, each exactly', () => {
  const { Statement } = trustPolicy({ gatewayPrincipalArn, externalIds: ['old-id', 'new-id'] })
  expect(Statement[0]?.Condition).toEqual({ StringEquals: { 'sts:ExternalId': ['old-id', 'new-id'] } })
})

test('references of a template stay what they are', () => {
  const reference = { Ref: 'ExternalId' }
  const { Statement } = trustPolicy({ gatewayPrincipalArn: { Ref: 'Gateway' }, externalIds: [reference] })
  expect(Statement[0]).toMatchObject({
    Principal: { AWS: { Ref: 'Gateway' } },
    Condition: { StringEquals: { 'sts:ExternalId': reference } },
  })
})
