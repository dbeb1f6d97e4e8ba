import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnyTool, describeTool } from '@gateway/domain'
import { expect, test } from 'vitest'
import { checkAccess } from './check-access.ts'
import { prompts, resources, tools } from './index.ts'
import { reader } from './testing/grant.ts'
import { jsonText } from './testing/json-text.ts'

const source = import.meta.dirname
const schemas = join(source, '../schemas')

const textOf = (file: string) => readFileSync(join(source, file), 'utf8')

const sourceFiles = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing/'),
)

/** Files that declare a tool, such as `s3/list-objects.ts`. */
const toolFiles = sourceFiles.filter((file) => textOf(file).includes('defineTool('))

/** Files that declare resources or prompts, some of them several. */
const otherFiles = sourceFiles.filter((file) => /\bdefine(Resource|Prompt)\(/.test(textOf(file)))

/** The test beside a file: exists, names what it tests, and keeps an answer of it. */
const expectTested = (file: string, names: readonly string[]) => {
  const test = file.replace(/\.ts$/, '.test.ts')
  // One test holds all prompts, each to a snapshot in a file.
  if (file.startsWith('prompts/')) return
  expect(existsSync(join(source, test)), `${test} is missing`).toBe(true)
  const text = textOf(test)
  expect(
    names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)),
    `not named in ${test}`,
  ).toEqual([])
  expect(text, `${test} has no inline snapshot`).toMatch(/\.toMatchInlineSnapshot\(\s*`/)
}

const camelCase = (words: string) =>
  words.replace(/[-/]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Every object schema inside a JSON Schema. */
const objectsIn = (schema: unknown): Record<string, unknown>[] => {
  if (typeof schema !== 'object' || schema === null) return []
  const here = 'type' in schema && schema.type === 'object' ? [schema as Record<string, unknown>] : []
  return [...here, ...Object.values(schema).flatMap(objectsIn)]
}

test.for(toolFiles)('%s: file, export, name, test and snapshot agree, and the tool is live', async (file) => {
  const path = file.replace(/\.ts$/, '')
  const module: Record<string, AnyTool> = await import(join(source, file))
  expect(Object.keys(module)).toEqual([camelCase(path)])
  const tool = module[camelCase(path)]
  expect(tool?.name).toBe(`aws_${path.replace(/[-/]/g, '_')}`)
  expect(tools).toContain(tool)
  expectTested(file, [camelCase(path)])
  const shown = JSON.parse(readFileSync(join(schemas, `${tool?.name}.json`), 'utf8'))
  expect(shown).toMatchObject({ name: tool?.name, title: tool?.title, description: tool?.description })
})

test.for(otherFiles)('%s: each resource and prompt in it is live and tested', async (file) => {
  const module: Record<string, unknown> = await import(join(source, file))
  for (const each of Object.values(module)) expect([...resources, ...prompts]).toContain(each)
  expectTested(file, Object.keys(module))
})

test('every live resource and prompt has a file of its own kind', async () => {
  const modules: object[] = await Promise.all(otherFiles.map((file) => import(join(source, file))))
  const declared = new Set(modules.flatMap((module) => Object.values(module)))
  expect([...resources, ...prompts].filter((each) => !declared.has(each))).toEqual([])
})

test('every live tool has a file of its own', () => {
  expect(tools.length).toBe(toolFiles.length)
  expect(new Set(tools.map(({ name }) => name)).size).toBe(tools.length)
})

test.for(tools.map((tool) => [tool.name, tool] as const))('%s is well declared', ([name, tool]) => {
  // Hosts cut names at 64 characters, and prefix them with the server's.
  expect(name).toMatch(/^aws_[a-z0-9_]{1,40}$/)
  expect(tool.title).toMatch(/^[A-Z].{2,40}[^.]$/)
  expect(tool.description).toMatch(/^[A-Z].{40,400}\.$/s)
  for (const action of tool.iamActions) expect(action).toMatch(/^[a-z0-9-]+:[A-Z]\w+$/)
  expect(new Set(tool.iamActions).size).toBe(tool.iamActions.length)
  const { shape } = tool.input
  expect(tool.cursorField === undefined || tool.cursorField in shape).toBe(true)
  // A page that is cut goes on by records of its list, so it must have one.
  // What a generic call answers has no shape that is known before; its query and fields of AWS narrow it.
  if (tool.cursorField !== undefined && !tool.generic) expect(tool.listField).toBeDefined()
  const output = tool.output as { shape?: object }
  if (tool.listField !== undefined) expect(Object.keys(output.shape ?? {})).toContain(tool.listField)
  // Added by the catalogue.
  for (const added of ['account', 'region', 'regions', 'fields']) expect(shape).not.toHaveProperty(added)
})

test.for(tools.map((tool) => [tool.name, tool] as const))(
  '%s takes nothing that it does not declare',
  ([, tool]) => {
    const { inputSchema } = describeTool(tool, reader)
    for (const schema of objectsIn(inputSchema)) {
      // What an operation of AWS takes is for `api.prepare` to check.
      if ((tool.generic || tool === checkAccess) && 'propertyNames' in schema) continue
      expect(schema).toMatchObject({ additionalProperties: false })
    }
    // Tenant, role and credentials are never the caller's to choose; account and region are the catalogue's to add.
    const fields = objectsIn(inputSchema).flatMap(({ properties }) => Object.keys(properties ?? {}))
    // Passed on to a service, never assumed by the gateway; it takes an administrator, since it takes iam:PassRole.
    const passed = tool.scopes?.some(
      (scope) => scope.access === 'permissions' && scope.iamActions.includes('iam:PassRole'),
    )
    const others = fields.filter((field) => !(passed && field === 'roleArn'))
    expect(
      others.filter((field) => /tenant|role|external|credential|profile|endpoint|owner/i.test(field)),
    ).toEqual([])
  },
)

test('the list stays cheap for a model', () => {
  // What hosts show to models, at about four characters to a token.
  for (const grant of [reader, ofMany()]) {
    const costs = tools.map((tool) => {
      const { name, description, inputSchema } = describeTool(tool, grant)
      return { name, tokens: JSON.stringify({ name, description, inputSchema }).length / 4 }
    })
    expect(costs.filter(({ tokens }) => tokens > 500)).toEqual([])
    expect(costs.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThan(6_000)
  }
})

/** Of a tenant with six accounts, eight regions, and tickets. */
const ofMany = (): typeof reader => {
  const [granted] = reader.accounts
  if (!granted) throw new Error('no account')
  const { tenant } = reader
  const allowedRegions = Array.from({ length: 8 }, (_, n) => `ap-southeast-${n}`)
  return {
    ...reader,
    accounts: Array.from({ length: 6 }, (_, n) => ({
      ...granted,
      account: { ...granted.account, alias: `production-${n}` },
    })),
    tenant: {
      ...tenant,
      permissions: { ...tenant.permissions, allowedRegions },
      confirmation: { ...tenant.confirmation, withoutElicitation: 'second-call' },
    },
  }
}

test.for(tools.map((tool) => [tool.name, tool] as const))(
  '%s is shown as its snapshot says',
  async ([name, tool]) => {
    await expect(jsonText(describeTool(tool, reader))).toMatchFileSnapshot(join(schemas, `${name}.json`))
  },
)

test('there is no snapshot of a tool that is gone', () => {
  expect(readdirSync(schemas).sort()).toEqual(tools.map(({ name }) => `${name}.json`).sort())
})

test('the README lists the tools that there are', () => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', '..', 'README.md'), 'utf8')
  const listed = [...readme.matchAll(/^\| `(aws_\w+)` +\|/gm)].map(([, name]) => name)
  expect(listed.sort()).toEqual(tools.map(({ name }) => name).sort())
})

/** Reads that hand out credentials, secrets or ways to sign in; and the write that makes a key. */
const handsOutCredentials = [
  /^secretsmanager:(BatchGet|Get)SecretValue$/,
  /^ssm:GetParameter/,
  /^acm:ExportCertificate$/,
  /^ec2:(GetPasswordData|GetConsoleOutput|DescribeInstanceAttribute)$/,
  /^(ecr|codeartifact|ecr-public):GetAuthorizationToken$/,
  /^sts:(Assume|GetSessionToken|GetFederationToken)/,
  /^cognito-identity:Get(CredentialsForIdentity|OpenIdToken)/,
  /^sso:GetRoleCredentials$/,
  /^eks-auth:/,
  /^lakeformation:GetTemporary/,
  /^lightsail:Get(KeyPair|InstanceAccessDetails|RelationalDatabaseMasterUserPassword)$/,
  /^redshift(-serverless)?:GetC(lusterC)?redentials/,
  /^lambda:GetFunction$/,
  /^kms:Decrypt$/,
  /^iam:Create(AccessKey|LoginProfile)$/,
]

test('E20 no tool or resource needs an action that hands out credentials, so no session may do one', () => {
  const operations = [...tools, ...resources].flatMap((each) => [each, ...(each.scopes ?? [])])
  const declared = operations.flatMap(({ iamActions }) => iamActions)
  expect(declared.length).toBeGreaterThan(0)
  expect(
    declared.filter((action) => handsOutCredentials.some((credentials) => credentials.test(action))),
  ).toEqual([])
})
