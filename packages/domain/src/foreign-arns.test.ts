import { expect, test } from 'vitest'
import { z } from 'zod'
import { foreignArns } from './foreign-arns.ts'
import { callLine, refusalOf } from './testing/call-line.ts'
import { listThings, removeThing } from './testing/sample-tools.ts'
import { grantIn } from './testing/tenants.ts'

const here = { accountId: '111111111111', region: 'eu-west-1' }

test.for([
  'arn:aws:iam::111111111111:role/own',
  'arn:aws:s3:::a-bucket/a:key:of:222222222222:things',
  'arn:aws:iam::aws:policy/ReadOnlyAccess',
  'arn:aws:iam::cloudfront:user/origin',
  'arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/222222222222',
  'arn:aws',
  'arn:',
  'barn:aws:iam::222222222222:role/x',
  'see arn:aws:iam::222222222222:role/x',
  '222222222222',
])('%s is of nobody else', (text) => {
  expect(foreignArns({ text }, here)).toEqual([])
})

test.for([
  'arn:aws:iam::222222222222:role/theirs',
  ' arn:aws:iam::222222222222:role/theirs',
  'ARN:aws:iam::222222222222:role/theirs',
  'arn:aws:lambda:eu-west-1:222222222222:function:f:1',
  'arn:aws-cn:iam::111111111111:role/own',
  'arn:aws-us-gov:s3:::a-bucket',
  'arn::iam::111111111111:role/own',
  'arn:aws:lambda:222222222222:function:f',
  'arn:aws:lambda:222222222222:f',
  '\u200barn:aws:iam::222222222222:role/theirs',
  'a\u2060rn:aws:iam::2222\u00ad22222222:role/theirs',
  '"arn:aws:iam::222222222222:role/theirs"',
  "'arn:aws:iam::222222222222:role/theirs'",
  'arn:aws:apigateway:eu-west-1:sqs:path/222222222222/exfil',
  'arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:222222222222:function:f/invocations',
])('%s is of another account or partition', (text) => {
  expect(foreignArns({ text }, here)).toEqual([{ path: 'text', kind: 'arn' }])
})

test('they are found wherever they are, keys included, and said by their paths', () => {
  const arn = 'arn:aws:sns:eu-west-1:222222222222:topic'
  const found = foreignArns({ a: [{ b: arn }, 7, null, [arn]], [arn]: true, c: { d: { e: 'x' } } }, here)
  expect(found.map(({ path }) => path)).toEqual([arn, 'a[0].b', 'a[3][0]'])
})

test('the partition is that of the region', () => {
  expect(foreignArns(['arn:aws-cn:s3:::b'], { ...here, region: 'cn-north-1' })).toEqual([])
  expect(foreignArns(['arn:aws:s3:::b'], { ...here, region: 'cn-north-1' })).toEqual([
    { path: '[0]', kind: 'arn' },
  ])
})

test('no size or depth of an input is too much', () => {
  let deep: unknown = 'arn:aws:iam::222222222222:role/x'
  for (let n = 0; n < 100_000; n++) deep = [deep]
  expect(foreignArns(deep, here)).toHaveLength(1)
  const many = Array.from({ length: 1_000 }, () => 'arn:aws:iam::222222222222:role/x')
  expect(foreignArns(many, here)).toHaveLength(20)
})

test('an account that is not known yet has no others', () => {
  expect(foreignArns(['arn:aws:iam::222222222222:role/x'], { ...here, accountId: 'unknown' })).toEqual([])
})

/** Ways to name account 222222222222 without an ARN, in calls of any kind. */
const named: readonly (readonly [string, object])[] = [
  ['QueueUrl', { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/222222222222/exfil' }],
  ['QueueUrl', { QueueUrl: 'https://eu-west-1.queue.amazonaws.com/222222222222/exfil' }],
  ['QueueUrl', { QueueUrl: 'https://any.host:443//222222222222/exfil?x' }],
  ['QueueUrl', { QueueUrl: '/222222222222/exfil' }],
  ['QueueUrl', { QueueUrl: '222222222222/exfil' }],
  ['QueueUrl', { QueueUrl: 'https://x/%32%32%32222222222/exfil' }],
  ['Endpoint', { Endpoint: 'https://vpce-1.sqs.eu-west-1.vpce.amazonaws.com/222222222222/q' }],
  ['Endpoint', { Endpoint: "'http://queue.amazonaws.com/222222222222/q'" }],
  ['FunctionName', { FunctionName: '222222222222:function:evil' }],
  ['FunctionName', { FunctionName: '222222222222:evil' }],
  ['FunctionName', { FunctionName: 'eu-west-1:222222222222:function:evil:1' }],
  ['FunctionName', { FunctionName: '\u200b222222222222:evil' }],
]

/** Members that hold an account, which reads may. */
const held: readonly (readonly [string, object])[] = [
  ['registryId', { registryId: '222222222222' }],
  ['TransferAccountId', { TransferAccountId: '222222222222' }],
  ['PeerOwnerId', { PeerOwnerId: ' 222222222222' }],
  ['AccountIds[1]', { AccountIds: ['111111111111', '222222222222'] }],
  ['AWSAccountIds', { AWSAccountIds: '111111111111,222222222222' }],
  ['CatalogId', { CatalogId: '222222222222' }],
  ['Principal', { Principal: '222222222222' }],
  ['UserIds[0]', { UserIds: ['222222222222'] }],
  ['ValuesToAdd[0]', { ValuesToAdd: ['all', '222222222222'].slice(1) }],
  ['LaunchPermission.Add[0].UserId', { LaunchPermission: { Add: [{ UserId: '222222222222' }] } }],
  ['TrustedSigners.Items[0]', { TrustedSigners: { Quantity: 1, Items: ['222222222222'] } }],
  ['ownerAccount', { ownerAccount: 222222222222 }],
]

test.for([...named, ...held])('%s names another account: %j', ([path, input]) => {
  expect(foreignArns(input, here)).toEqual([{ path, kind: 'account' }])
  // The same of the account that the call is aimed at.
  const own = JSON.parse(JSON.stringify(input).replaceAll(/222222222222|%32%32%32222222222/g, '111111111111'))
  expect(foreignArns(own, here)).toEqual([])
})

test.for(named)('a read may not name it as %s either', ([path, input]) => {
  expect(foreignArns(input, { ...here, reads: true })).toEqual([{ path, kind: 'account' }])
})

test.for([
  ...held.map(([, input]) => input),
  { Owners: ['099720109477'] },
  { registryIds: ['602401143452'] },
])('a read may look at what %j says', (input) => {
  expect(foreignArns(input, { ...here, reads: true })).toEqual([])
})

test.for<object>([
  { Owners: ['amazon', 'self', 'aws-marketplace'] },
  { Item: { accountId: { S: '222222222222' }, at: { S: '202601020304:x' } } },
  { payload: { accountId: '222222222222', deep: [{ owner: '222222222222' }] } },
  { Environment: { Variables: { OTHER_ACCOUNT: '222222222222' } } },
  { Tags: [{ Key: 'Account', Value: '222222222222' }], tags: { owner: '222222222222' } },
  { PeerVpcId: 'vpc-0a222222222222bcd', AccountName: 'team-222222222222' },
  { MessageBody: '202601020304: https://sqs.eu-west-1.amazonaws.com/222222222222/q' },
  { Url: 'https://example.com/202601020304/report' },
  { jobQueue: 'nightly', QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/111111111111/222222222222-jobs' },
  { FunctionName: 'resize:live' },
])('%j names nobody else', (input) => {
  expect(foreignArns(input, here)).toEqual([])
})

test.for([
  'arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:52',
  'arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python312-x86_64:7',
  'arn:aws:lambda:eu-west-1:094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:20',
  'arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-nodejs-amd64-ver-1-18-1:4',
  'arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged',
])('%s is published by AWS', (arn) => {
  expect(foreignArns({ Layers: [arn], TopicArn: arn }, here)).toEqual([])
})

test.for([
  'arn:aws:lambda:eu-west-1:580247275435:function:f',
  'arn:aws:lambda:eu-west-1:222222222222:layer:LambdaInsightsExtension:52',
  'arn:aws:lambda:222222222222:580247275435:function:layer:x',
  'arn:aws:sns:us-east-1:806199016981:other',
  'arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged:x',
  'arn:aws:iam::580247275435:role/x',
  'arn:aws-cn:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:52',
])('%s is not, whoever the account is', (arn) => {
  expect(foreignArns({ arn }, here)).toEqual([{ path: 'arn', kind: 'arn' }])
})

const theirs = 'arn:aws:iam::222222222222:role/theirs'

test.for<object>([
  { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: theirs }] },
  { filter: theirs },
  { filterPattern: `"${theirs}"` },
  { queryString: theirs },
  { query: theirs },
  { Filters: [{ Name: 'iam-instance-profile.arn', Values: [theirs] }] },
  { filter: { resource: { eq: [theirs] } } },
  { ExpressionAttributeValues: { ':a': { S: theirs } } },
])('a read may search for %j, and nothing else may', (input) => {
  expect(foreignArns(input, { ...here, reads: true })).toEqual([])
  expect(foreignArns(input, here)).toHaveLength(1)
})

test.for<object>([
  { Budget: { CostFilters: { LinkedAccount: ['222222222222'] } } },
  { Entries: [{ Source: 's', DetailType: 't', Detail: '{}', Resources: [theirs] }] },
  { Arguments: { '--account': '222222222222' }, DefaultArguments: { '--account': '222222222222' } },
  { Parameters: { accountNumber: ['222222222222'] } },
  { TagsToAdd: { account: '222222222222' }, TagList: [{ Key: 'x', ownerAccount: '222222222222' }] },
  { Metadata: { 'customer-account': '491701234567' } },
])('%j is data of the caller', (input) => {
  expect(foreignArns(input, here)).toEqual([])
})

test.for<[path: string, kind: string, input: object]>([
  ['Parameters.AutomationAssumeRole[0]', 'arn', { Parameters: { AutomationAssumeRole: [theirs] } }],
  ['Parameters.FunctionName', 'account', { Parameters: { FunctionName: '222222222222:evil' } }],
  [
    'Arguments.QueueUrl',
    'account',
    { Arguments: { QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/222222222222/q' } },
  ],
  ['Resources[0]', 'arn', { Resources: [theirs] }],
  [
    'Entries[0].EventBusName',
    'arn',
    { Entries: [{ DetailType: 't', EventBusName: 'arn:aws:events:eu-west-1:222222222222:event-bus/x' }] },
  ],
])('%s is a target among data: %s', ([path, kind, input]) => {
  expect(foreignArns(input, here)).toEqual([{ path, kind }])
})

test.for(['\u200b', 'arn:', 'arn:aws:apigateway:::/', '222222222222/', '222222222222,', '%32', "'"])(
  'a long text of %j takes time in proportion',
  (piece) => {
    const timeOf = (count: number) => {
      const input = { QueueUrl: piece.repeat(count), accountId: piece.repeat(count) }
      const times = Array.from({ length: 5 }, () => {
        const started = performance.now()
        foreignArns(input, here)
        return performance.now() - started
      })
      return Math.max(0.5, Math.min(...times))
    }
    expect(timeOf(200_000) / timeOf(20_000)).toBeLessThan(50)
  },
)

test('neither tenant reaches the account of the other in any form, and each attempt is audited once', async () => {
  const put = { ...removeThing, input: z.strictObject({ params: z.record(z.string(), z.unknown()) }) }
  for (const [id, other] of [
    ['acme', '222222222222'],
    ['globex', '111111111111'],
  ] as const) {
    const line = callLine({ tools: [put] })
    const forms = [...named, ...held].map(([, input]) => input)
    for (const form of [...forms, { TopicArn: '\u200barn:aws:sns:eu-west-1:222222222222:t' }]) {
      const text = JSON.stringify(form).replaceAll(/222222222222|%32%32%32222222222/g, other)
      const result = await line.run({
        grant: grantIn(id),
        tool: put.name,
        args: { account: id === 'acme' ? 'prod' : 'main', params: JSON.parse(text) },
      })
      expect(refusalOf(result)).toMatchObject({
        code: 'invalid_arguments',
        issues: expect.arrayContaining([
          expect.stringMatching(/^params\.\S+: (?:names another account|is the ARN of another account)/),
        ]),
      })
    }
    expect(line.sent).toEqual([])
    expect(line.events.map((event) => event.reason_code)).toEqual(
      Array(forms.length + 1).fill('invalid_arguments'),
    )
  }
})

test('no tenant can name what is of the other, nor of its own other account', async () => {
  const line = callLine({ tools: [{ ...listThings, input: z.strictObject({ topic: z.string() }) }] })
  const first = { acme: '111111111111', globex: '222222222222' }
  for (const id of ['acme', 'globex'] as const) {
    for (const owner of ['111111111111', '111111111112', '222222222222']) {
      const sent = line.sent.length
      const result = await line.run({
        grant: grantIn(id),
        tool: listThings.name,
        args: { topic: `arn:aws:x::${owner}:t` },
      })
      expect(result.isError).toBe(owner !== first[id])
      if (!result.isError) continue
      expect(refusalOf(result)).toMatchObject({
        code: 'invalid_arguments',
        issues: [expect.stringMatching(/^topic: is the ARN/)],
      })
      expect(line.sent.length).toBe(sent)
    }
  }
})
