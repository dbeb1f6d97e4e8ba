import { describe, expect, test } from 'vitest'
import { GatewayError } from '../errors.ts'
import type { Operation } from '../iam/needed-actions.ts'
import type { Account, Tenant } from '../tenant.ts'
import { tenantOf } from '../testing/tenants.ts'
import { onboardingOf } from './onboarding-of.ts'

const gatewayPrincipalArn = 'arn:aws:iam::123456789012:role/mcp-gateway'
const operations: Operation[] = [
  { access: 'read', iamActions: ['s3:ListBucket'] },
  { access: 'write', iamActions: ['ec2:StopInstances'] },
]

const acme = tenantOf('acme')
const accountOf = (changes: Partial<Account> = {}): Account => {
  const [account] = acme.accounts
  if (!account) throw new Error('acme has an account')
  return { ...account, ...changes }
}
const of = (
  account = accountOf(),
  tenant: Tenant = acme,
  templateBaseUrl = 'https://templates.s3.amazonaws.com/a/',
) => onboardingOf({ tenant, account, operations, gatewayPrincipalArn, templateBaseUrl })

const roleOf = (changes: object = {}) => ({
  roleArn: 'arn:aws:iam::111111111111:role/team/a/mcp-gateway-read',
  externalId: 'first+=,.@:/-_id',
  ...changes,
})
const template = (json: string) =>
  JSON.parse(json) as {
    Description: string
    Resources: Record<string, { Properties: Record<string, unknown> }>
    Outputs: Record<string, unknown>
  }

test('CloudFormation', () => {
  expect(of(accountOf({ roles: { read: roleOf() } })).cloudFormation).toMatchInlineSnapshot(`
    "{
      "AWSTemplateFormatVersion": "2010-09-09",
      "Description": "Lets the MCP gateway into AWS account 111111111111 (prod) of Acme Corporation",
      "Resources": {
        "ReadRole": {
          "Type": "AWS::IAM::Role",
          "Properties": {
            "RoleName": "mcp-gateway-read",
            "Path": "/team/a/",
            "Description": "Assumed by the MCP gateway for read calls of tenant acme",
            "MaxSessionDuration": 3600,
            "AssumeRolePolicyDocument": {
              "Version": "2012-10-17",
              "Statement": [
                {
                  "Sid": "GatewayWithExternalId",
                  "Effect": "Allow",
                  "Principal": {
                    "AWS": "arn:aws:iam::123456789012:role/mcp-gateway"
                  },
                  "Action": "sts:AssumeRole",
                  "Condition": {
                    "StringEquals": {
                      "sts:ExternalId": "first+=,.@:/-_id"
                    }
                  }
                },
                {
                  "Sid": "NamesItsCaller",
                  "Effect": "Allow",
                  "Principal": {
                    "AWS": "arn:aws:iam::123456789012:role/mcp-gateway"
                  },
                  "Action": "sts:SetSourceIdentity"
                },
                {
                  "Sid": "TagsItsSession",
                  "Effect": "Allow",
                  "Principal": {
                    "AWS": "arn:aws:iam::123456789012:role/mcp-gateway"
                  },
                  "Action": "sts:TagSession",
                  "Condition": {
                    "ForAllValues:StringEquals": {
                      "aws:TagKeys": [
                        "mcp:tenant",
                        "mcp:user",
                        "mcp:client",
                        "mcp:call"
                      ]
                    }
                  }
                }
              ]
            },
            "Policies": [
              {
                "PolicyName": "mcp-gateway-read",
                "PolicyDocument": {
                  "Version": "2012-10-17",
                  "Statement": [
                    {
                      "Sid": "S3Bucket",
                      "Effect": "Allow",
                      "Action": [
                        "s3:ListBucket"
                      ],
                      "Resource": [
                        "arn:aws:s3:::*"
                      ],
                      "Condition": {
                        "StringEquals": {
                          "aws:RequestedRegion": [
                            "eu-west-1",
                            "us-east-1"
                          ],
                          "aws:ResourceAccount": "111111111111"
                        }
                      }
                    }
                  ]
                }
              }
            ]
          }
        }
      },
      "Outputs": {
        "ReadRoleArn": {
          "Description": "ARN of the role for read calls",
          "Value": {
            "Fn::GetAtt": [
              "ReadRole",
              "Arn"
            ]
          }
        }
      }
    }
    "
  `)
})

test('Terraform', () => {
  expect(of(accountOf({ roles: { read: roleOf() } })).terraform).toMatchInlineSnapshot(`
    "# Lets the MCP gateway into AWS account 111111111111 (prod) of Acme Corporation

    terraform {
      required_version = ">= 1.3"

      required_providers {
        aws = {
          source  = "hashicorp/aws"
          version = ">= 5.0"
        }
      }
    }

    variable "external_id" {
      description = "External id that the gateway sends with each request"
      type        = string
      default     = "first+=,.@:/-_id"
    }

    variable "gateway_principal_arn" {
      description = "IAM role of the gateway, which alone is trusted"
      type        = string
      default     = "arn:aws:iam::123456789012:role/mcp-gateway"
    }

    resource "aws_iam_role" "read" {
      name                 = "mcp-gateway-read"
      path                 = "/team/a/"
      description          = "Assumed by the MCP gateway for read calls of tenant acme"
      max_session_duration = 3600
      assume_role_policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid    = "GatewayWithExternalId"
            Effect = "Allow"
            Principal = {
              AWS = var.gateway_principal_arn
            }
            Action = "sts:AssumeRole"
            Condition = {
              StringEquals = {
                "sts:ExternalId" = var.external_id
              }
            }
          },
          {
            Sid    = "NamesItsCaller"
            Effect = "Allow"
            Principal = {
              AWS = var.gateway_principal_arn
            }
            Action = "sts:SetSourceIdentity"
          },
          {
            Sid    = "TagsItsSession"
            Effect = "Allow"
            Principal = {
              AWS = var.gateway_principal_arn
            }
            Action = "sts:TagSession"
            Condition = {
              "ForAllValues:StringEquals" = {
                "aws:TagKeys" = [
                  "mcp:tenant",
                  "mcp:user",
                  "mcp:client",
                  "mcp:call",
                ]
              }
            }
          },
        ]
      })
    }

    resource "aws_iam_role_policy" "read" {
      name = "mcp-gateway-read"
      role = aws_iam_role.read.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [
          {
            Sid      = "S3Bucket"
            Effect   = "Allow"
            Action   = ["s3:ListBucket"]
            Resource = ["arn:aws:s3:::*"]
            Condition = {
              StringEquals = {
                "aws:RequestedRegion" = [
                  "eu-west-1",
                  "us-east-1",
                ]
                "aws:ResourceAccount" = "111111111111"
              }
            }
          },
        ]
      })
    }

    output "read_role_arn" {
      description = "ARN of the role for read calls"
      value       = aws_iam_role.read.arn
    }
    "
  `)
})

test('each role of the account, with its own permissions', () => {
  const { permissions, cloudFormation, terraform } = of()
  expect(Object.keys(permissions)).toEqual(['read', 'write'])
  const { Resources, Outputs } = template(cloudFormation)
  expect(Object.keys(Resources)).toEqual(['ReadRole', 'WriteRole'])
  expect(Object.keys(Outputs)).toEqual(['ReadRoleArn', 'WriteRoleArn'])
  for (const [id, role] of [
    ['ReadRole', 'read'],
    ['WriteRole', 'write'],
  ] as const) {
    expect(Resources[id]?.Properties.Policies).toEqual([
      { PolicyName: `mcp-gateway-${role}`, PolicyDocument: permissions[role] },
    ])
    expect(terraform).toContain(`resource "aws_iam_role_policy" "${role}"`)
  }
})

/** The external ids that each role of a template trusts. */
const trustedBy = (text: string): unknown[] =>
  Object.values(template(text).Resources).map((role) => {
    const [, ids] = /"sts:ExternalId":("[^"]*"|\[[^\]]*\])/.exec(JSON.stringify(role)) ?? []
    return JSON.parse(ids ?? 'null')
  })

describe('while the external id rotates', () => {
  const rotating = of(accountOf({ roles: { read: roleOf({ nextExternalId: 'second-id' }) } }))

  test('both templates trust both', () => {
    expect(trustedBy(rotating.cloudFormation)).toEqual([['first+=,.@:/-_id', 'second-id']])
    expect(rotating.terraform).toContain('variable "next_external_id"')
    expect(rotating.terraform).toMatch(
      /"sts:ExternalId" = \[\s+var\.external_id,\s+var\.next_external_id,\s+\]/,
    )
  })

  test('a role that is ahead of the others loses nothing', () => {
    const roles = {
      read: roleOf({ externalId: 'second-id' }),
      write: roleOf({
        roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-write',
        nextExternalId: 'second-id',
      }),
    }
    const both = ['first+=,.@:/-_id', 'second-id']
    expect(trustedBy(of(accountOf({ roles })).cloudFormation)).toEqual([both, both])
  })

  test('afterwards the new one alone', () => {
    const { cloudFormation } = of(accountOf({ roles: { read: roleOf({ externalId: 'second-id' }) } }))
    expect(trustedBy(cloudFormation)).toEqual(['second-id'])
  })
})

// A stack that is updated keeps the values of its parameters, so what changes must not be one.
test('a template has no parameters that a stack could keep', () => {
  expect(JSON.parse(of(accountOf()).cloudFormation)).not.toHaveProperty('Parameters')
  expect(of(accountOf()).cloudFormation).not.toContain('"Ref"')
})

test('the boundary of the tenant bounds the roles too', () => {
  const permissionBoundary = 'arn:aws:iam::111111111111:policy/bound'
  const tenant = { ...acme, permissions: { ...acme.permissions, permissionBoundary } }
  const { cloudFormation, terraform } = of(accountOf(), tenant)
  expect(template(cloudFormation).Resources.ReadRole?.Properties.PermissionsBoundary).toBe(permissionBoundary)
  expect(terraform.match(/permissions_boundary = "arn:aws:iam::111111111111:policy\/bound"/g)).toHaveLength(2)
})

test.for<[region: string, host: string]>([
  ['eu-west-1', 'console.aws.amazon.com'],
  ['cn-north-1', 'console.amazonaws.cn'],
  ['us-gov-west-1', 'console.amazonaws-us-gov.com'],
])('the console of %s', ([defaultRegion, host]) => {
  const { quickCreateUrl = '' } = of(accountOf({ defaultRegion, roles: { read: roleOf() } }))
  const url = new URL(quickCreateUrl)
  expect(url.host).toBe(host)
  expect(url.searchParams.get('region')).toBe(defaultRegion)
  const [page, query] = url.hash.split('?')
  expect(page).toBe('#/stacks/quickcreate')
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    templateURL: 'https://templates.s3.amazonaws.com/a/acme/prod.json',
    stackName: 'mcp-gateway-acme-prod',
  })
})

test('tenants whose names run together have templates apart', () => {
  const urlOf = (id: string, alias: string) => of(accountOf({ alias }), { ...acme, id }).quickCreateUrl
  expect(urlOf('a', 'b-c')).not.toBe(urlOf('a-b', 'c'))
  const where = (url = '') => new URLSearchParams(new URL(url).hash.split('?')[1]).get('templateURL')
  expect(where(urlOf('a', 'b-c'))).not.toBe(where(urlOf('a-b', 'c')))
})

test('without a place for templates there is no link', () => {
  const { quickCreateUrl } = onboardingOf({
    tenant: acme,
    account: accountOf(),
    operations,
    gatewayPrincipalArn,
  })
  expect(quickCreateUrl).toBeUndefined()
})

test('an account without roles has nothing to onboard', () => {
  expect(() => of(accountOf({ roles: {} }))).toThrow(GatewayError)
})

test('permissions that IAM would not take are refused, with what to do', () => {
  const many = Array.from({ length: 400 }, (_, i) => `ec2:DescribeSomethingLong${i}`)
  const make = (iamActions: readonly string[]) =>
    onboardingOf({
      tenant: acme,
      account: accountOf(),
      operations: [{ access: 'read', iamActions }],
      gatewayPrincipalArn,
    })
  expect(() => make(many)).toThrow(/^The permissions of the read role take \d{5} characters/)
  expect(() => make(many.slice(0, 200))).not.toThrow()
})

test('a name cannot leave its place', () => {
  const name = 'A "quoted" ${var.x} %{ if }\n}\nresource "x" "y" {}\u2028 名😀 {{resolve:ssm:x}}'
  const hostile = of(accountOf(), { ...acme, name })
  const honest = of(accountOf(), acme)
  const { Description, ...rest } = template(hostile.cloudFormation)
  const { Description: _, ...same } = template(honest.cloudFormation)
  expect(rest).toEqual(same)
  expect(Description).toContain('A "quoted" ${var.x} %{ if } } resource "x" "y" {} 名😀')
  const [comment, ...lines] = hostile.terraform.split('\n')
  expect(comment).toMatch(/^# .*resource "x" "y"/)
  expect(lines).toEqual(honest.terraform.split('\n').slice(1))
})

test('the longest name fits into the description of a template', () => {
  const { Description } = template(of(accountOf(), { ...acme, name: '😀'.repeat(100) }).cloudFormation)
  // CloudFormation User Guide, "Template section: Description".
  expect(Buffer.byteLength(Description)).toBeLessThanOrEqual(1024)
})

test('the templates of one tenant have nothing of another', () => {
  const globex = tenantOf('globex')
  const text = JSON.stringify(of())
  for (const account of globex.accounts) {
    expect(text).not.toContain(account.accountId)
    expect(text).not.toContain(account.roles.read?.externalId)
  }
})
