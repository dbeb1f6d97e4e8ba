import {
  decide,
  defineResource,
  type Grant,
  type OperationClass,
  operationClasses,
  roleForClass,
} from '@gateway/domain'

/** What the caller may do and what holds it, in words and as data; asks AWS nothing. */
export const policyResource = defineResource({
  uri: 'aws://policy',
  name: 'policy',
  title: 'What you may do',
  description:
    'Your accounts, roles, classes of operations, services, regions and limits, and which calls a person has to confirm.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  read: async ({ grant }, { uri }) => [
    { uri, mimeType: 'application/json', text: JSON.stringify(policyOf(grant)) },
  ],
})

const policyOf = (grant: Grant) => {
  const { tenant, principal } = grant
  const { permissions, limits, operations } = tenant
  const accounts = grant.accounts.map((granted) => ({
    alias: granted.account.alias,
    accountId: granted.account.accountId,
    defaultRegion: granted.account.defaultRegion,
    roles: Object.keys(granted.roles),
    classes: operationClasses.filter(
      (access) => decide({ grant, account: granted, tool: { access, iamActions: [] } }).effect === 'allow',
    ),
  }))
  const data = {
    tenant: tenant.id,
    user: principal.subject,
    scopes: [...principal.scopes],
    accounts,
    roleForClass,
    withoutElicitation: tenant.confirmation.withoutElicitation,
    services: permissions.allowedServices,
    regions: permissions.allowedRegions,
    readOnly: permissions.readOnlyMode,
    packs: permissions.packs ?? 'all',
    secretReads: permissions.secretReads ?? [],
    ownPolicy: permissions.policy !== undefined,
    boundary: permissions.permissionBoundary !== undefined,
    limits: {
      callsPerMinute: { tenant: limits.tenant.perMinute, user: limits.user.perMinute },
      callsAtOnce: { tenant: operations.maxConcurrency, user: operations.maxConcurrencyPerUser },
      secondsOfACall: operations.timeout / 1_000,
    },
  }
  return { inWords: inWords(data), ...data }
}

const inWords = ({
  accounts,
  services,
  regions,
  readOnly,
  withoutElicitation,
  secretReads,
  ownPolicy,
  boundary,
}: {
  readonly accounts: readonly { readonly alias: string; readonly classes: readonly OperationClass[] }[]
  readonly services: readonly string[]
  readonly regions: readonly string[]
  readonly readOnly: boolean
  readonly withoutElicitation: 'refuse' | 'second-call'
  readonly secretReads: readonly string[]
  readonly ownPolicy: boolean
  readonly boundary: boolean
}): readonly string[] => [
  ...accounts.map(({ alias, classes }) =>
    classes.length > 0
      ? `In account ${alias} you may call operations of class ${classes.join(', ')}.`
      : `In account ${alias} you may call nothing.`,
  ),
  `Only services ${services.join(', ')} and regions ${regions.join(', ')} are allowed.`,
  ...(readOnly ? ['The tenant is read-only: nothing is changed, whoever asks.'] : []),
  'A person confirms first what launches, terminates, deletes, replaces or resizes, what applies a stack, what stops or reboots an instance tagged production, and every aws_api_write. A plan or a dry run needs nobody, and so does a Lambda function.',
  withoutElicitation === 'second-call'
    ? 'Where your client cannot ask one (MCP elicitation), a second call with the ticket of the refusal is enough for what can be undone; the rest is refused.'
    : 'Where your client cannot ask one (MCP elicitation), it is refused, with the plan.',
  secretReads.length > 0
    ? `Answers with secrets are allowed for ${secretReads.join(', ')}.`
    : 'Answers with secrets are refused.',
  'Credentials are handed out and made by no call, and no argument may be an ARN of another account.',
  ...(ownPolicy ? ['The tenant has a policy of its own, which AWS enforces in every session.'] : []),
  ...(boundary ? ['A permission boundary of the tenant bounds every session; AWS enforces it.'] : []),
  'What AWS itself refuses stays refused: the role in the account has the last word.',
]
