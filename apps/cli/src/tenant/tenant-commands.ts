import type { Options } from '../option-words.ts'

/** One command of `aws-mcp tenant`: what it is given, and what it does. */
interface TenantCommand {
  /** `tenant`: id of the tenant; `account`: alias of one of its accounts. */
  readonly operands: readonly ('tenant' | 'account')[]
  readonly options: Options
  readonly help: string
}

const connection = {
  issuer: { noun: 'a URL' },
  'jwks-uri': { noun: 'a URL' },
  'client-id': { noun: "the gateway's client id at the issuer" },
  'secret-ref': { noun: 'a name such as SSO_SECRET_ACME' },
  'metadata-url': { noun: 'a URL' },
  'sign-in-scopes': { noun: 'scopes such as openid', many: true },
  'email-domains': { noun: 'domains such as acme.example', many: true },
  'subject-claim': { noun: 'a claim' },
  'id-jag': {},
  'no-id-jag': {},
  'direct-tokens': {},
  'no-direct-tokens': {},
  client: { noun: 'an id of an OAuth client, with --direct-tokens', many: true },
  audience: { noun: 'an audience, with --direct-tokens', many: true },
  algorithms: { noun: 'algorithms', many: true },
  'token-types': { noun: 'types such as at+jwt', many: true },
  'client-claim': { noun: 'a claim' },
  'scope-claim': { noun: 'a claim' },
  'group-claim': { noun: 'a claim' },
  'group-scopes': { noun: 'pairs such as readers=aws:read', many: true },
  pin: { noun: 'a pair such as tid=1234', many: true },
} as const satisfies Options

const tenant = {
  name: { noun: 'a name' },
  ...connection,
  services: { noun: 'IAM prefixes such as ec2', many: true },
  regions: { noun: 'regions', many: true },
  'read-only': {},
  'no-read-only': {},
  'permission-boundary': { noun: 'the ARN of an IAM policy' },
  policy: { noun: 'a file' },
  'max-concurrency': { noun: 'a number' },
  'daily-usd': { noun: 'a number' },
  file: { noun: 'a file, or - for standard input' },
} as const satisfies Options

const roles = {
  'read-groups': { noun: 'groups', many: true },
  'read-role-arn': { noun: 'the ARN of an IAM role' },
  write: {},
  'write-groups': { noun: 'groups', many: true },
  'write-role-arn': { noun: 'the ARN of an IAM role' },
  admin: {},
  'admin-groups': { noun: 'groups', many: true },
  'admin-role-arn': { noun: 'the ARN of an IAM role' },
} as const satisfies Options

const region = { noun: 'a region' } as const
const file = tenant.file

/** The commands of `aws-mcp tenant`. */
export const tenantCommands = {
  list: {
    operands: [],
    options: { after: { noun: 'the id of a tenant' }, limit: { noun: 'a number' } },
    help: 'all tenants; with --limit one page of them',
  },
  show: { operands: ['tenant'], options: {}, help: 'all of one tenant, and what verifying it has found' },
  create: { operands: ['tenant'], options: tenant, help: 'make a tenant; its accounts come afterwards' },
  update: {
    operands: ['tenant'],
    options: tenant,
    help: 'change what is named, and nothing else; refused if somebody else changes it meanwhile',
  },
  suspend: { operands: ['tenant'], options: {}, help: 'refuse its users, on every replica within seconds' },
  resume: { operands: ['tenant'], options: {}, help: 'let its users in again' },
  revoke: {
    operands: ['tenant'],
    options: {
      user: { noun: 'an id, user.id in audit events' },
      issuer: { noun: 'the issuer of a person' },
      subject: { noun: 'the subject of a person' },
      client: { noun: 'the id of an OAuth client' },
      grant: { noun: 'the id of a grant' },
      token: { noun: 'the id of a token (jti), never the token' },
      everybody: {},
    },
    help: 'end what one person, client, grant or token, or everybody, was given before',
  },
  offboard: {
    operands: ['tenant'],
    options: { confirm: { noun: 'the id of the tenant' } },
    help: 'remove it for good; its id is never given away again',
  },
  'add-account': {
    operands: ['tenant', 'account'],
    options: { account: { noun: 'a 12-digit AWS account id' }, region, ...roles, file },
    help: 'add an AWS account; makes its external id and says how to let the gateway in',
  },
  'update-account': {
    operands: ['tenant', 'account'],
    options: { region, ...roles, 'no-write': {}, 'no-admin': {}, file },
    help: 'change the region or the roles that are named, and nothing else; refused as update is',
  },
  'remove-account': {
    operands: ['tenant', 'account'],
    options: {},
    help: 'stop serving an AWS account; added again it gets another external id',
  },
  onboarding: {
    operands: ['tenant', 'account'],
    options: {},
    help: 'what the owner of the AWS account needs to let the gateway in',
  },
  template: {
    operands: ['tenant', 'account'],
    options: { format: { noun: 'cloudformation or terraform' }, out: { noun: 'a file' } },
    help: 'the roles of the account as a template, with exactly the permissions that are needed',
  },
  verify: {
    operands: ['tenant', 'account'],
    options: {},
    help: 'try the roles of the account out; those just added cannot be used until they are accepted',
  },
  'rotate-external-id': {
    operands: ['tenant', 'account'],
    options: {},
    help: 'make the next external id; the one in use goes on until the next is verified',
  },
} as const satisfies Readonly<Record<string, TenantCommand>>

export type TenantCommands = typeof tenantCommands
export type TenantCommandName = keyof TenantCommands

/** Options that every command of `aws-mcp tenant` has. */
export const everyTenantOption = {
  url: { noun: 'a URL' },
  'token-file': { noun: 'a file' },
  json: {},
  help: { short: 'h' },
} as const satisfies Options
