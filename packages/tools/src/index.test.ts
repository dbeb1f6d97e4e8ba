import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AnyTool, describeTool } from '@gateway/domain'
import { expect, test } from 'vitest'
import { resources, tools } from './index.ts'
import { reader } from './testing/grant.ts'
import { jsonText } from './testing/json-text.ts'

const source = import.meta.dirname
const schemas = join(source, '../schemas')

/** Files that declare a tool, such as `s3/list-objects.ts`. */
const toolFiles = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing/'))
  .filter((file) => readFileSync(join(source, file), 'utf8').includes('defineTool('))

const camelCase = (words: string) =>
  words.replace(/[-/]([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Every object schema inside a JSON Schema. */
const objectsIn = (schema: unknown): Record<string, unknown>[] => {
  if (typeof schema !== 'object' || schema === null) return []
  const here = 'type' in schema && schema.type === 'object' ? [schema as Record<string, unknown>] : []
  return [...here, ...Object.values(schema).flatMap(objectsIn)]
}

test.for(toolFiles)('%s: file, export and name agree, and the tool is live', async (file) => {
  const path = file.replace(/\.ts$/, '')
  const module: Record<string, AnyTool> = await import(join(source, file))
  expect(Object.keys(module)).toEqual([camelCase(path)])
  const tool = module[camelCase(path)]
  expect(tool?.name).toBe(`aws_${path.replace(/[-/]/g, '_')}`)
  expect(tools).toContain(tool)
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
})

test.for(tools.map((tool) => [tool.name, tool] as const))(
  '%s takes nothing that it does not declare',
  ([, tool]) => {
    const { inputSchema } = describeTool(tool, reader)
    for (const schema of objectsIn(inputSchema)) expect(schema).toMatchObject({ additionalProperties: false })
    // Tenant, role and credentials are never the caller's to choose; account and region are the catalogue's to add.
    const fields = objectsIn(inputSchema).flatMap(({ properties }) => Object.keys(properties ?? {}))
    expect(
      fields.filter((field) => /tenant|role|external|credential|profile|endpoint|owner/i.test(field)),
    ).toEqual([])
    for (const field of ['account', 'region']) expect(tool.input.shape).not.toHaveProperty(field)
  },
)

test('the list stays cheap for a model', () => {
  // What hosts show to models, at about four characters to a token.
  const costs = tools.map((tool) => {
    const { name, description, inputSchema } = describeTool(tool, reader)
    return { name, tokens: JSON.stringify({ name, description, inputSchema }).length / 4 }
  })
  expect(costs.filter(({ tokens }) => tokens > 500)).toEqual([])
  expect(costs.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThan(6_000)
})

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
  const declared = [...tools, ...resources].flatMap(({ iamActions }) => iamActions)
  expect(declared.length).toBeGreaterThan(0)
  expect(
    declared.filter((action) => handsOutCredentials.some((credentials) => credentials.test(action))),
  ).toEqual([])
})
