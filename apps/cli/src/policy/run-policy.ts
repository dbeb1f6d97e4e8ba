import { resolve } from 'node:path'
import { createActionCatalogue, createApiIndex } from '@gateway/aws'
import {
  type ActionNames,
  ConfigurationError,
  catalogueFaults,
  closestName,
  type Grant,
  grantOf,
  type Principal,
  principalId,
  scopesByGroups,
  type Tenant,
} from '@gateway/domain'
import { readTenants } from '@gateway/registry'
import { openPriceBook, resources, tools } from '@gateway/tools'
import { oneLine, printableJson } from '../tenant/printable.ts'
import type { OperatorProcess } from '../tenant/run-operator.ts'
import { type Explained, explained, explainText } from './explain-text.ts'
import type { PolicyArguments } from './policy-arguments.ts'
import { askPolicy } from './policy-line.ts'

/** The process around `aws-mcp policy`. */
export interface PolicyProcess extends Pick<OperatorProcess, 'folder' | 'stdout' | 'stderr' | 'env'> {
  readonly asked: PolicyArguments
  now(): number
}

/** Explains one call; gives the exit code: 0 allowed, 3 to be confirmed, 1 refused, 2 for what cannot be asked. */
export const runPolicy = async (options: PolicyProcess): Promise<number> => {
  const { asked, env, folder, stderr } = options
  try {
    checkTool(asked.question.tool)
    const index = await createApiIndex()
    const actions = await createActionCatalogue(index)
    const tenant = await tenantOf(options, actions)
    const priceTable = env.PRICE_TABLE_FILE && resolve(folder, env.PRICE_TABLE_FILE)
    const result = await askPolicy({
      grant: grantFor(tenant, asked.caller),
      question: asked.question,
      ...{ index, actions },
      prices: await openPriceBook(priceTable || undefined, { now: options.now() }),
      endpoint: env.AWS_ENDPOINT_URL || undefined,
      hasPages: Boolean(env.AUTHORIZATION_URL),
      now: options.now,
    })
    return result.isError ? refused(options, result.structured) : answered(options, result.structured)
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown
    stderr(`aws-mcp: ${thrown.message}\n`)
    return 2
  }
}

/** Of a file without faults: a gateway that refuses to start with it would say nothing to any call. */
const tenantOf = async ({ asked, env, folder }: PolicyProcess, actions: ActionNames): Promise<Tenant> => {
  const named = asked.tenantsFile ?? env.TENANTS_FILE
  if (!named)
    throw new ConfigurationError('The command line', ['--tenants-file: is needed, or TENANTS_FILE is'])
  const tenants = await readTenants(resolve(folder, named), env, (each) =>
    catalogueFaults(each, { actions, tools, resources }),
  )
  const tenant = tenants.find(({ id }) => id === asked.tenant)
  if (tenant) return tenant
  const known = tenants.map(({ id }) => id).join(', ')
  throw new ConfigurationError('The command line', [`--tenant: is not in the file, which has ${known}`])
}

const checkTool = (tool: unknown): void => {
  const names = tools.map(({ name }) => name)
  if (typeof tool !== 'string' || names.includes(tool)) return
  const near = closestName(tool, names)
  throw new ConfigurationError('The command line', [
    `--tool: is no tool of the gateway.${near === undefined ? '' : ` Did you mean ${near}?`}`,
  ])
}

/** Whoever is meant, as if they had signed in by the tenant's first connection. */
const grantFor = (tenant: Tenant, { subject, groups, scopes }: PolicyArguments['caller']): Grant => {
  const [connection] = tenant.connections
  const issuer = connection?.issuer ?? ''
  const principal: Principal = {
    id: principalId(issuer, subject),
    issuer,
    subject,
    tenantId: tenant.id,
    client: 'aws-mcp',
    scopes: [...(scopes ?? (connection ? scopesByGroups(connection, groups) : []))],
    groups: [...groups],
  }
  return grantOf(principal, tenant)
}

const exitCodes: Readonly<Record<Explained['verdict'], number>> = { allow: 0, confirm: 3, deny: 1 }

const answered = (
  { asked, stdout }: PolicyProcess,
  structured: Readonly<Record<string, unknown>>,
): number => {
  const answer = explained.parse(structured.data)
  const own = answer.accounts.find(({ account }) => account === asked.account)
  const said = own?.verdict ?? answer.verdict
  const shown = asked.json
    ? printableJson({ tenant: asked.tenant, caller: asked.caller, ...(structured.data as object) })
    : explainText(answer, said).join('\n')
  stdout(`${shown}\n`)
  return exitCodes[said]
}

/** The question itself was refused: what was asked is wrong, or this caller may not even ask. */
const refused = (
  { asked, stdout, stderr }: PolicyProcess,
  structured: Readonly<Record<string, unknown>>,
): number => {
  const error = structured.error as { readonly code: string; readonly message: string; issues?: string[] }
  const { code, message, issues = [] } = error
  if (asked.json) stdout(`${printableJson({ tenant: asked.tenant, caller: asked.caller, error })}\n`)
  else stderr(`aws-mcp: ${[message, ...issues].map(oneLine).join('\n  ')} (${code})\n`)
  return ['invalid_arguments', 'unknown_operation', 'account_not_linked'].includes(code) ? 2 : 1
}
