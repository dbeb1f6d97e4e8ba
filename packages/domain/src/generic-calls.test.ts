import { expect, test } from 'vitest'
import { z } from 'zod'
import { type ApiOperation, emptyApi } from './aws-api.ts'
import { callTool } from './call-tool.ts'
import { callLine } from './testing/call-line.ts'
import { grantIn } from './testing/tenants.ts'
import { type AnyTool, defineTool } from './tool.ts'

const things: ApiOperation = {
  service: 's3',
  operation: 'ListThings',
  access: 'read',
  iamActions: ['s3:ListBucket', 's3:GetThing'],
  summary: 'Lists things.',
}
const api = { ...emptyApi, find: () => things }

/** A generic tool that sends `operation`, whatever it said that it would. */
const sending = (operation: string) =>
  defineTool({
    name: 'aws_api_read',
    title: 'Read',
    description: 'Reads.',
    access: 'read',
    iamActions: [],
    generic: true,
    idempotent: true,
    input: z.strictObject({}),
    output: z.unknown(),
    scopeOf: (_, known) => {
      const { access, iamActions } = known.find('s3', 'ListThings') ?? { access: 'write', iamActions: [] }
      return { access, iamActions, sends: 's3:ListThings' }
    },
    run: async (context) => ({ data: await context.aws('s3', operation, {}) }),
  }) as AnyTool

const run = (tool: AnyTool) => {
  const line = callLine({ tools: [tool] })
  const call = { ...line.base, grant: grantIn('acme'), tool: tool.name, args: {} }
  return { line, result: callTool({ ...line.dependencies, api }, call) }
}

test('a generic call sends what its input names, and is recorded with its own action', async () => {
  const { line, result } = run(sending('ListThings'))
  expect(await result).toMatchObject({ isError: false, structured: { receipt: { action: 's3:ListBucket' } } })
  expect(line.events.map(({ aws }) => aws?.actions)).toEqual([['s3:ListBucket']])
  const [sent] = line.sent
  expect(JSON.parse(sent?.target.sessionPolicy?.document ?? '').Statement).toMatchObject([
    { Effect: 'Allow', Action: ['s3:GetThing', 's3:ListBucket'] },
  ])
})

test('one that names no operation sends what the actions of its scope allow, and nothing else', async () => {
  const scoped = (operation: string): AnyTool => ({
    ...sending(operation),
    scopeOf: () => ({ access: 'read', iamActions: ['s3:ListBucket'] }),
  })
  const allowed = run(scoped('ListObjectsV2'))
  expect(await allowed.result).toMatchObject({ structured: { receipt: { action: 's3:ListBucket' } } })
  const refused = run(scoped('GetBucketPolicy'))
  expect(await refused.result).toMatchObject({ structured: { error: { code: 'internal' } } })
  expect([allowed.line.sent.length, refused.line.sent.length]).toEqual([1, 0])
})

test.for(['GetThing', 'ListObjectsV2'])(
  'it cannot send %s, though its action would allow it',
  async (operation) => {
    const { line, result } = run(sending(operation))
    expect(await result).toMatchObject({ isError: true, structured: { error: { code: 'internal' } } })
    expect(line.sent).toEqual([])
  },
)

const putObject: ApiOperation = {
  service: 's3',
  operation: 'PutObject',
  access: 'write',
  iamActions: ['s3:PutObject', 's3:PutObjectTagging'],
  summary: 'Adds an object.',
}

/** A generic call of PutObject with these members. */
const putting = (input: object) => {
  const tool = {
    ...sending('PutObject'),
    scopeOf: () => ({ access: 'read', iamActions: putObject.iamActions, sends: 's3:PutObject' }),
    run: async (context) => ({ data: await context.aws('s3', 'PutObject', input) }),
  } as AnyTool
  return run(tool)
}

test.for<[object, string]>([
  [{ Bucket: 'b', Key: 'k', ACL: 'public-read' }, 's3:PutObjectAcl'],
  [{ Bucket: 'b', Key: 'k', GrantRead: 'uri=x', Tagging: 'a=b' }, 's3:PutObjectAcl'],
  [{ Bucket: 'b', ObjectLockMode: 'COMPLIANCE', ACL: 'x' }, 's3:PutObjectRetention, s3:PutObjectAcl'],
])(
  'what takes an action beyond those of the call is not sent, and says which: %j',
  async ([input, action]) => {
    const { line, result } = putting(input)
    const answer = await result
    expect(answer).toMatchObject({
      isError: true,
      structured: {
        error: {
          code: 'invalid_arguments',
          message: expect.stringContaining(`PutObject also takes ${action}, which this call may not use`),
        },
      },
    })
    expect(line.sent).toEqual([])
    expect(line.events.map((event) => event.reason_code)).toEqual(['invalid_arguments'])
  },
)

test('what its actions cover is sent, and recorded with all of them', async () => {
  const { line, result } = putting({ Bucket: 'b', Key: 'k', Tagging: 'a=b' })
  expect(await result).toMatchObject({
    structured: { receipt: { action: 's3:PutObject, s3:PutObjectTagging' } },
  })
  expect(line.sent).toHaveLength(1)
})
