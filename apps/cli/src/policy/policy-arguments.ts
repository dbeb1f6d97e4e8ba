import { knownScopes, type Scope } from '@gateway/domain'
import { type Options, readWords } from '../option-words.ts'

const options = {
  'tenants-file': { noun: 'a file' },
  tenant: { noun: 'an id' },
  service: { noun: 'an IAM prefix' },
  operation: { noun: 'an operation' },
  params: { noun: 'JSON' },
  action: { noun: 'an IAM action' },
  resource: { noun: 'an ARN' },
  tool: { noun: 'a name' },
  account: { noun: 'an alias' },
  region: { noun: 'a region' },
  subject: { noun: 'a name' },
  groups: { noun: 'groups', many: true },
  scopes: { noun: 'scopes', many: true },
  simulate: {},
  json: {},
  help: { short: 'h' },
} as const satisfies Options

/** What `aws-mcp policy explain` is asked for. */
export interface PolicyArguments {
  readonly tenantsFile?: string
  readonly tenant: string
  readonly caller: {
    readonly subject: string
    readonly groups: readonly string[]
    /** Absent where the groups decide. */
    readonly scopes?: readonly Scope[]
  }
  /** Arguments of `aws_check_access`. */
  readonly question: Readonly<Record<string, unknown>>
  /** Alias, where one account is meant. */
  readonly account?: string
  readonly json: boolean
}

export type ReadPolicyWords =
  | { readonly asked: PolicyArguments }
  | { readonly command: 'help'; readonly usage: string }
  | { readonly command: 'fault'; readonly fault: string; readonly usage: string }

/** Help of `aws-mcp policy`. */
export const policyUsage = `Usage: aws-mcp policy explain --tenant ID --service SERVICE --operation NAME [options]

Says what a gateway with this tenants file would say to a call, before anybody makes it: each rule, what policies depend
on and the gateway does not know, who would have to confirm it, and what it would cost.

  --tenants-file FILE   the tenants file (else TENANTS_FILE); \${NAME} in it is taken from the environment
  --service, --operation   what is called, such as ec2 and TerminateInstances
    --params JSON       its params, so that resources, passed roles and costs are judged: '{"InstanceIds":["i-1"]}'
  --action ACTION       an IAM action instead, such as s3:GetObject
    --resource ARN      on which
  --tool NAME           by this tool (else by aws_api_read or aws_api_write), for rules and stops about tools
  --account ALIAS       in this account (else in each that the caller may use)
  --region REGION       in this region (else the account's own)
  --groups GROUPS       groups of who calls (several: with commas, or again); scopes follow as the tenant maps them
  --scopes SCOPES       scopes of who calls, such as aws:read,aws:write (else those of the groups)
  --subject NAME        who calls, for conditions on users (default somebody)
  --simulate            ask AWS as well what the role may do (iam:SimulatePrincipalPolicy), what the cost goes by and which
                        tags the resources have
  --json                print JSON

A permission boundary, and what --simulate asks, is read with the tenant's read role, which the AWS credentials of this
process must be able to assume. Costs go by the table of prices in PRICE_TABLE_FILE, else by that of the program. What has
been stopped and spent is known to a running gateway only: ask it by aws_check_access. Approvals are taken to have a page
where AUTHORIZATION_URL is set and the tenant has a connection with clientId; where a call takes one and there is none,
nobody can agree and it is refused. Tags that decide whether something is production are looked up by the call itself;
without --simulate they are not known here, and count as production. Who may not even ask (no scope aws:read, a --region
that is not allowed, a tenant that is suspended) is told that alone, without the rules.

Ends with 0 where the call is allowed, 3 where somebody has to confirm it, 1 where it is refused, 2 for a wrong command
line, or a tenants file or table of prices with faults.
`

/** Reads the words after `aws-mcp policy`. */
export const readPolicyWords = ([first, ...words]: readonly string[]): ReadPolicyWords => {
  if (first === undefined) return fault('policy needs a command')
  if (first === '--help' || first === '-h') return { command: 'help', usage: policyUsage }
  if (first.startsWith('-')) return fault('the options of policy come after its command')
  if (first !== 'explain') return fault(`unknown command policy ${first}`)
  const read = readWords(words, options)
  if ('fault' in read) return fault(read.fault)
  const { values, operands } = read
  if (values.help) return { command: 'help', usage: policyUsage }
  const [spare] = operands
  if (spare !== undefined) return fault(`unexpected argument ${spare}`)
  const { tenant, service, operation, action, resource, tool, region, account, subject = 'somebody' } = values
  if (tenant === undefined) return fault('explain needs --tenant')
  if (action === undefined && (service === undefined || operation === undefined))
    return fault('explain needs --service and --operation, or --action')
  const params = paramsIn(values.params)
  if (params === 'wrong') return fault('--params must be a JSON object')
  const { groups = [], scopes } = values
  if (groups.length === 0 && scopes === undefined) return fault('say who calls: --groups or --scopes')
  const known = scopes && knownScopes(scopes)
  const unknown = scopes?.find((scope) => !known?.some((each) => each === scope))
  if (unknown !== undefined) return fault(`there is no scope ${unknown}`)
  const file = values['tenants-file']
  return {
    asked: {
      tenant,
      ...(file !== undefined && { tenantsFile: file }),
      caller: { subject, groups, ...(known && { scopes: known }) },
      question: {
        ...{ service, operation, params, action, resource, tool, account, region },
        ...(values.simulate && { simulate: true }),
      },
      ...(account !== undefined && { account }),
      json: values.json,
    },
  }
}

const paramsIn = (text: string | undefined): Readonly<Record<string, unknown>> | 'wrong' | undefined => {
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : 'wrong'
  } catch {
    return 'wrong'
  }
}

const fault = (text: string): ReadPolicyWords => ({ command: 'fault', fault: text, usage: policyUsage })
