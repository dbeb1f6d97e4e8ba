import type { Options } from '../option-words.ts'
import { type TenantCommandName, tenantCommands } from './tenant-commands.ts'

const lineOf = (name: string, operands: readonly string[]): string =>
  [name, ...operands.map((each) => (each === 'tenant' ? 'TENANT' : 'ACCOUNT'))].join(' ')

const listed = Object.entries(tenantCommands).map(
  ([name, { operands, help }]) => `  ${lineOf(name, operands).padEnd(36)}${help}`,
)

/** Help of the options that every command for operators has. */
export const everyCommand = `Every command
  --url URL            the gateway (else AWS_MCP_ADMIN_URL), such as https://mcp.example.com
  --token-file FILE    file with your access token (else AWS_MCP_ADMIN_TOKEN_FILE, else the token itself in
                       AWS_MCP_ADMIN_TOKEN). It is never an argument: others on the machine can read those
  --json               print the answer as JSON
In a clone with a running sandbox both are its own where you name neither.
`

const connection = `${everyCommand}
Ends with 0, 1 for a failure, 2 for a wrong command line, 3 for a verification that was not accepted.
`

/** Help of `aws-mcp tenant`. */
export const tenantUsage = `Usage: aws-mcp tenant COMMAND [options]

Commands (aws-mcp tenant COMMAND --help has its options)
${listed.join('\n')}

${connection}
From nothing to the first call
  aws-mcp tenant create initech --name Initech --issuer https://login.example.com/ \\
    --jwks-uri https://login.example.com/keys --client-id 0a1b2c --secret-ref SSO_SECRET_INITECH \\
    --email-domains initech.example --services ec2,s3 --regions eu-west-1
  aws-mcp tenant add-account initech main --account 333333333333 --region eu-west-1
  aws-mcp tenant template initech main --out initech.json      # the owner of the account applies it
  aws-mcp tenant verify initech main
`

/** Help of one command of `aws-mcp tenant`. */
export const usageOf = (name: TenantCommandName): string => {
  const { operands, help } = tenantCommands[name]
  const own: Options = tenantCommands[name].options
  const options = Object.entries(own).map(([option, { noun, many }]) => {
    const value = noun === undefined ? '' : ` ${noun}${many ? ' (several: with commas, or again)' : ''}`
    return `  --${option}${value}\n`
  })
  const text = `Usage: aws-mcp tenant ${lineOf(name, operands)}${options.length > 0 ? ' [options]' : ''}\n\n${help}\n`
  return [text, options.join(''), notes[name], connection].filter(Boolean).join('\n')
}

const tenantNotes = `--file has JSON or YAML of the shape of a tenant in a tenants file, without status, authentication and accounts;
options go before it.
People sign in in the browser with --client-id, the client that the issuer knows the gateway's authorization server as.
--secret-ref names the environment variable of the gateway (or with _FILE the one of a file) that holds the client's secret;
the secret itself goes nowhere else. --email-domains are how people find the sign-in of their company, and decide nothing.
--direct-tokens takes access tokens of the issuer as they are, of the clients of --client and for the audiences of
--audience (else the gateway's own URL). --id-jag takes assertions of the issuer for people (ID-JAG).
--group-scopes readers=aws:read,writers=aws:read+aws:write gives scopes to groups.
--policy is a file with an IAM policy that narrows every session.
`

const createNotes = `--algorithms are RS256 and --token-types at+jwt where no others are named; connections in a --file have to name algorithms.
`

const accountNotes = `The read role is always there; --write and --admin add theirs, for everybody whose token has the scope or for the
groups that are named. Role ARNs are needed only where the roles are to be called otherwise than mcp-gateway-TENANT-read
and so on; their names have to start with mcp-gateway-.
`

const rolesShape = 'roles: {read: {groups?, scopes?, roleArn?}, write?, admin?}'

/** Of changes by a file; RFC 7396 has the rules. */
const merging =
  'What --file does not name stays as it is; null takes a value away, and a list replaces a list.\n'

const adding = `--pin and --group-scopes add to what is there, other options replace it. A --file with connections has to have them whole.
`

const revoking = `Name one: a person by --user, or by --issuer and --subject as their identity provider has them; --client, --grant or
--token; or --everybody. What was issued before is refused by every replica within seconds. A person, a client and everybody
may sign in again: whoever must not is first taken out of the identity provider, or the tenant is suspended.
`

const ofFile = 'The roles of a tenant of the tenants file can be used until they are rejected.\n'

const notes: Partial<Record<TenantCommandName, string>> = {
  create: `${tenantNotes}${createNotes}`,
  update: `${tenantNotes}${merging}${adding}`,
  'add-account': `${accountNotes}--file has JSON or YAML: {accountId, defaultRegion, ${rolesShape}}.\n`,
  'update-account': `${accountNotes}--file has JSON or YAML with any of {defaultRegion, ${rolesShape}}.\n${merging}`,
  template: `The format is cloudformation where no other is named; without --out it is printed. It has the external id, so the file
is its owner's only; it replaces a plain file of that name and nothing else.
`,
  verify: ofFile,
  revoke: revoking,
}
