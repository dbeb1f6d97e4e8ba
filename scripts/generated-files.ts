import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { motoProgram } from '@gateway/backends'
import { grantOf, onboardingOf, principalId, type Tenant, tenantSchema } from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { prompts, resources, tools } from '@gateway/tools'
import { z } from 'zod'
import { settingsSchema } from '../apps/cli/src/stdio/settings-schema.ts'
import { actionFiles } from '../packages/aws/build/action-files.ts'
import { apiIndexFiles } from '../packages/aws/build/api-index-files.ts'
import { keycloakTenants } from './keycloak-tenants.ts'
import { metricsReference } from './metrics-reference.ts'
import { toolsReference } from './tools-reference.ts'

/** The gateway's role in the sandbox. */
const gatewayPrincipalArn = 'arn:aws:iam::123456789012:role/mcp-gateway'

/** Every file that is made from the sources and committed: path in the repository, and text. */
export const generatedFiles = async (
  root: string,
  apiIndex?: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> => {
  const files = new Map(apiIndex ?? (await apiIndexFiles()))
  for (const [path, text] of await actionFiles()) files.set(path, text)
  files.set('deploy/schemas/tenants.schema.json', jsonText(tenantsSchema()))
  files.set('deploy/schemas/aws-config.schema.json', jsonText(configSchema()))
  files.set('deploy/local/moto-program.py', motoProgram.trimStart())
  const sandboxTenants = join(root, 'deploy', 'local', 'tenants.yaml')
  files.set('deploy/local/keycloak/tenants.yaml', keycloakTenants(await readFile(sandboxTenants, 'utf8')))
  // Templates say nothing of the sign-in, so any will do.
  const sso = { SANDBOX_SSO_URL: 'https://sso.example', SANDBOX_SSO_INTERNAL_URL: 'https://sso.example' }
  const tenants = await readTenants(sandboxTenants, sso)
  for (const tenant of tenants) {
    for (const account of tenant.accounts) {
      const operations = [...tools, ...resources]
      const made = onboardingOf({ tenant, account, operations, gatewayPrincipalArn })
      // A folder each: Terraform takes all files of a folder for one module.
      const folder = `deploy/tenant/${tenant.id}-${account.alias}`
      files.set(`${folder}/cloudformation.json`, made.cloudFormation)
      files.set(`${folder}/main.tf`, made.terraform)
    }
  }
  const named = [...tools, ...prompts].map(({ name }) => name)
  files.set('docs/metrics.md', await metricsReference([...named, ...resources.map(({ uri }) => uri)]))
  const [tenant] = tenants
  if (tenant)
    files.set('docs/tools.md', toolsReference({ tools, resources, prompts }, administratorOf(tenant)))
  return files
}

/** Somebody who sees every tool. */
const administratorOf = (tenant: Tenant) => {
  const issuer = 'https://sso.example'
  const principal = { issuer, subject: 'ada', id: principalId(issuer, 'ada'), tenantId: tenant.id }
  return grantOf(
    { ...principal, client: 'docs', groups: [], scopes: ['aws:read', 'aws:write', 'aws:admin'] },
    tenant,
  )
}

/** JSON Schema of a tenants file as it is written, before `${NAME}` is replaced in its values. */
const tenantsSchema = () => ({
  title: 'Tenants of the AWS MCP gateway',
  ...z.toJSONSchema(z.strictObject({ tenants: z.array(tenantSchema).min(1) }), {
    io: 'input',
    target: 'draft-7',
    override({ jsonSchema }) {
      const { type, pattern, format, enum: values, default: preset, ...rest } = jsonSchema
      if (type !== 'string' || (pattern ?? format ?? values) === undefined) return
      const own = {
        type,
        ...rest,
        ...(pattern !== undefined && { pattern }),
        ...(format !== undefined && { format }),
      }
      for (const name of Object.keys(jsonSchema))
        if (name !== 'default') Reflect.deleteProperty(jsonSchema, name)
      jsonSchema.anyOf = [
        { ...own, ...(values !== undefined && { enum: values }) },
        { type: 'string', pattern: '\\$\\{[A-Z][A-Z0-9_]*\\}' },
      ]
    },
  }),
})

/** JSON Schema of `aws-config.json`. */
const configSchema = () => ({
  title: 'aws-config.json of aws-mcp',
  ...z.toJSONSchema(settingsSchema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      // A member that may not be there.
      if (zodSchema._zod.def.type === 'undefined') jsonSchema.not = {}
    },
  }),
})

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
