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
      "boundary": false,
      "inWords": [
        "In account prod you may call operations of class read.",
        "In account dev you may call operations of class read.",
        "Only services budgets, ce, cloudformation, cloudwatch, ec2, iam, lambda, logs, rds, s3, servicequotas, sts, tag and regions eu-west-1, us-east-1 are allowed.",
        "A person confirms first what launches, terminates, deletes, replaces or resizes, what applies a stack, what stops or reboots an instance tagged production, and every aws_api_write. A plan or a dry run needs nobody, and so does a Lambda function.",
        "Where your client cannot ask one (MCP elicitation), it is refused, with the plan.",
        "Answers with secrets are refused.",
        "Credentials are handed out and made by no call, and no argument may be an ARN of another account.",
        "What AWS itself refuses stays refused: the role in the account has the last word.",
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
      "ownPolicy": false,
      "packs": "all",
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
      "tenant": "acme",
      "user": "ann",
      "withoutElicitation": "refuse",
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

test('what narrows a tenant is said, without the words of its policy, and to that tenant alone', async () => {
  const Statement = [{ Sid: 'c4n4ry', Effect: 'Deny' as const, Action: 's3:GetObject', Resource: '*' }]
  const own = permitted(reader, {
    readOnlyMode: true,
    packs: ['monitoring'],
    secretReads: ['ssm:GetParameter'],
    policy: { Version: '2012-10-17', Statement },
    permissionBoundary: 'arn:aws:iam::111111111111:policy/bound',
  })
  const ours = await policy(own)
  expect(ours).toMatchObject({
    readOnly: true,
    packs: ['monitoring'],
    secretReads: ['ssm:GetParameter'],
    ownPolicy: true,
    boundary: true,
  })
  expect(ours.inWords).toEqual(
    expect.arrayContaining([
      'The tenant is read-only: nothing is changed, whoever asks.',
      'Answers with secrets are allowed for ssm:GetParameter.',
      'The tenant has a policy of its own, which AWS enforces in every session.',
      'A permission boundary of the tenant bounds every session; AWS enforces it.',
    ]),
  )
  expect(JSON.stringify(ours)).not.toContain('c4n4ry')
  const theirs = await policy(permitted(reader, { allowedServices: ['kms'] }, 'globex'))
  expect(theirs).toMatchObject({ tenant: 'globex', services: ['kms'], packs: 'all', secretReads: [] })
})

test('it leaves one audit event, and no secret of a role', async () => {
  const line = resourceLine(policyResource)
  const text = JSON.stringify(await line.read())
  expect(line.events).toMatchObject([
    { event: 'resource.read', outcome: 'allow', mcp: { resource: 'aws://policy' } },
  ])
  expect(text).not.toContain('external-id')
})
