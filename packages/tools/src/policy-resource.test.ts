import type { Stop, StopTarget } from '@gateway/domain'
import { expect, test } from 'vitest'
import { policyResource } from './policy-resource.ts'
import { admin, operator, reader } from './testing/grant.ts'
import { resourceLine } from './testing/resource-line.ts'

const policy = (as: typeof reader) => resourceLine(policyResource, { as }).read()

/** A grant of a tenant with other permissions. */
const permitted = (
  as: typeof reader,
  changes: Partial<(typeof reader)['tenant']['permissions']>,
  id = 'acme',
) => {
  const { tenant } = as
  return { ...as, tenant: { ...tenant, id, permissions: { ...tenant.permissions, ...changes } } }
}

test('all that a reader may do', async () => {
  expect(await policy(reader)).toMatchInlineSnapshot(`
    {
      "accounts": [
        {
          "accountId": "111111111111",
          "alias": "prod",
          "classes": [
            "read",
          ],
          "defaultRegion": "eu-west-1",
          "roles": [
            "read",
          ],
        },
        {
          "accountId": "111111111112",
          "alias": "dev",
          "classes": [
            "read",
          ],
          "defaultRegion": "us-east-1",
          "roles": [
            "read",
          ],
        },
      ],
      "confirmation": {
        "approvalPage": false,
        "productionTags": {
          "Environment": [
            "production",
            "prod",
          ],
          "env": [
            "production",
            "prod",
          ],
          "environment": [
            "production",
            "prod",
          ],
        },
        "rules": [],
        "withoutElicitation": "approval",
      },
      "costControl": {},
      "inWords": [
        "In account prod you may call operations of class read.",
        "In account dev you may call operations of class read.",
        "Only services budgets, ce, cloudformation, cloudwatch, ec2, iam, lambda, logs, rds, s3, servicequotas, sts, tag and regions eu-west-1, us-east-1 are allowed.",
        "No role may be passed to a service.",
        "A person confirms what launches, terminates, deletes, replaces or resizes, what applies a stack, what stops or reboots an instance tagged production, and every aws_api_write (confirmation.asked). A plan or a dry run needs nobody, and so does a Lambda function.",
        "Another person confirms what changes permissions (confirmation.permissions), and what exceeds the budget of the day (cost.budget).",
        "Another person confirms what destroys something tagged Environment=production|prod or environment=production|prod or env=production|prod, or something of which that is not known (confirmation.production).",
        "A person confirms what has no known price (cost.unpriced).",
        "A person is asked so. By a form of your client (MCP elicitation); where it has none, not at all: this gateway serves none (AUTHORIZATION_URL), or nobody of your company signs in through it (a connection with clientId).",
        "Another person is asked so. Nobody can: it takes an approval page, and this gateway serves none (AUTHORIZATION_URL), or nobody of your company signs in through it (a connection with clientId).",
        "Answers with secrets are refused.",
        "Credentials are handed out and made by no call, and no argument may be an ARN of another account.",
        "What AWS itself refuses stays refused: the role in the account has the last word. Ask aws_check_access about one call.",
      ],
      "limits": {
        "callsAtOnce": {
          "tenant": 50,
          "user": 10,
        },
        "callsPerMinute": {
          "tenant": 600,
          "user": 120,
        },
        "secondsOfACall": 30,
      },
      "packs": "all",
      "passRoles": [],
      "readOnly": false,
      "regions": [
        "eu-west-1",
        "us-east-1",
      ],
      "roleForClass": {
        "destructive": "write",
        "permissions": "admin",
        "read": "read",
        "sensitive-read": "admin",
        "spend": "write",
        "write": "write",
      },
      "scopes": [
        "aws:read",
      ],
      "secretReads": [],
      "services": [
        "budgets",
        "ce",
        "cloudformation",
        "cloudwatch",
        "ec2",
        "iam",
        "lambda",
        "logs",
        "rds",
        "s3",
        "servicequotas",
        "sts",
        "tag",
      ],
      "stopped": [],
      "tenant": "acme",
      "user": "ann",
    }
  `)
})

test('by account, what the roles of this caller allow', async () => {
  const classesOf = async (as: typeof reader) => {
    const { accounts } = (await policy(as)) as { accounts: { alias: string; classes: string[] }[] }
    return Object.fromEntries(accounts.map(({ alias, classes }) => [alias, classes]))
  }
  expect(await classesOf(operator)).toEqual({
    prod: ['read', 'write', 'destructive', 'spend'],
    dev: ['read', 'write', 'destructive', 'spend'],
  })
  expect(await classesOf(admin)).toMatchObject({
    prod: ['read', 'sensitive-read', 'write', 'destructive', 'spend', 'permissions'],
    dev: ['read', 'write', 'destructive', 'spend'],
  })
  expect(await classesOf(permitted(admin, { readOnlyMode: true }))).toEqual({ prod: ['read'], dev: ['read'] })
})

test('what narrows a tenant is said to that tenant alone', async () => {
  const Statement = [
    {
      Sid: 'NoSecrets',
      Effect: 'Deny' as const,
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      NotResource: 'arn:aws:s3:::open/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    { Effect: 'Allow' as const, Action: '*', Resource: '*' },
  ]
  const own = permitted(reader, {
    readOnlyMode: true,
    packs: ['monitoring'],
    secretReads: ['ssm:GetParameter'],
    policy: { Version: '2012-10-17', Statement },
    permissionBoundary: 'arn:aws:iam::111111111111:policy/bound',
    passRoles: ['arn:aws:iam::111111111111:role/app-*'],
  })
  const ours = await policy(own)
  expect(ours).toMatchObject({
    readOnly: true,
    packs: ['monitoring'],
    secretReads: ['ssm:GetParameter'],
    policy: Statement,
    boundary: 'arn:aws:iam::111111111111:policy/bound',
  })
  expect(ours.inWords).toEqual(
    expect.arrayContaining([
      'The tenant is read-only: nothing is changed, whoever asks.',
      'Answers with secrets are allowed for ssm:GetParameter.',
      'NoSecrets denies s3:GetObject, s3:GetObjectVersion on all but arn:aws:s3:::open/*, if aws:SecureTransport Bool false.',
      'Statement 2 allows every action on any resource.',
      'arn:aws:iam::111111111111:policy/bound bounds every session: the gateway judges by it first, and AWS enforces it.',
      'Roles may be passed to services if they are arn:aws:iam::111111111111:role/app-*.',
    ]),
  )
  const theirs = await policy(permitted(reader, { allowedServices: ['kms'] }, 'globex'))
  expect(theirs).toMatchObject({ tenant: 'globex', services: ['kms'], packs: 'all', secretReads: [] })
  expect(JSON.stringify(theirs)).not.toMatch(/NoSecrets|bound\b|app-\*/)
})

test('limits, what is left of the budget, and rules of confirmation', async () => {
  const { tenant } = operator
  const as = {
    ...operator,
    tenant: {
      ...tenant,
      connections: tenant.connections.map((connection) => ({ ...connection, clientId: 'gateway' })),
      budget: { dailyUsd: 7 },
      costControl: { ec2: { instanceTypes: ['t3.*'], maxPerCall: 2 }, lambda: { maxMemoryMb: 512 } },
      confirmation: {
        ...tenant.confirmation,
        approverGroups: ['leads'],
        rules: [
          {
            name: 'dear',
            when: { classes: ['spend' as const], accounts: ['prod'], aboveUsd: 1.5 },
            require: 'other-person' as const,
          },
        ],
      },
    },
  }
  const ledger = {
    used: async () => ({ day: '2026-01-01', usedMicroUsd: 1_250_000 }),
    reserve: () => Promise.reject(new Error('nothing may be reserved')),
    settle: () => Promise.reject(new Error('nothing may be settled')),
  }
  const pages = { urlOf: () => 'https://gateway.example', approvals: {} as never }
  const found = await resourceLine(policyResource, { as, ledger, pages }).read()
  expect(found).toMatchObject({ budget: { dailyUsd: 7, leftMicroUsd: 5_750_000 } })
  expect(found.inWords).toEqual(
    expect.arrayContaining([
      'Limits: EC2 instances are of type t3.*; a call launches at most 2 instances; a Lambda function has at most 512 MB.',
      'The tenant may spend 7.00 USD a day (UTC), of which 5.75 USD are left today.',
      'Rule dear: a call of class spend in prod of more than 1.50 USD is confirmed by another person.',
      expect.stringMatching(/^Another person is asked so\. .*somebody of leads/),
    ]),
  )
})

test('what is stopped is told to whom it stops, and to nobody else', async () => {
  const by = { issuer: 'https://ops.example', subject: 'op' }
  const since = '2026-01-01T00:00:00Z'
  const stop = (id: string, target: StopTarget): Stop => ({
    ...target,
    id,
    by,
    since,
    reason: `because ${id}`,
  })
  const inForce = () => [
    stop('all', { kind: 'writes' }),
    stop('ours', { kind: 'tool', tool: 'aws_api_write', tenantId: 'acme' }),
    stop('theirs', { kind: 'tenant', tenantId: 'globex' }),
    stop('other', { kind: 'principal', tenantId: 'acme', principalId: 'another' }),
  ]
  const found = await resourceLine(policyResource, { as: operator, stops: { inForce } }).read()
  expect(found).toMatchObject({
    stopped: [{ id: 'all' }, { id: 'ours' }],
    accounts: [{ classes: ['read'] }, {}],
  })
  expect((found.inWords as string[]).slice(0, 2)).toEqual([
    'The operator of the gateway has stopped everything that changes something: because all',
    'The operator of the gateway has stopped tool aws_api_write: because ours',
  ])
})

test('it leaves one audit event, and no secret of a role', async () => {
  const line = resourceLine(policyResource)
  const text = JSON.stringify(await line.read())
  expect(line.events).toMatchObject([
    { event: 'resource.read', outcome: 'allow', mcp: { resource: 'aws://policy' } },
  ])
  expect(text).not.toContain('external-id')
})
