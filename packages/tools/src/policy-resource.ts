import {
  decide,
  defineResource,
  type Grant,
  type MicroUsd,
  type OperationClass,
  operationClasses,
  roleForClass,
  type Stop,
  type ToolContext,
} from '@gateway/domain'
import { confirmationWords } from './access/confirmation-words.ts'
import { costWords } from './access/cost-words.ts'
import { policyWords } from './access/policy-words.ts'

/** What the caller may do and what holds it, in words and as data; asks AWS nothing. */
export const policyResource = defineResource({
  uri: 'aws://policy',
  name: 'policy',
  title: 'What you may do',
  description:
    'Your accounts, roles, classes of operations, services, regions, policies and limits, what is left of the budget, what is stopped, and who has to confirm what.',
  mimeType: 'application/json',
  access: 'read',
  iamActions: [],
  read: async (context, { uri }) => [
    { uri, mimeType: 'application/json', text: JSON.stringify(await policyOf(context)) },
  ],
})

const policyOf = async ({ grant, outlook }: Pick<ToolContext, 'grant' | 'outlook'>) => {
  const { tenant, principal } = grant
  const { permissions, limits, operations, confirmation } = tenant
  const { approverGroups, productionTags } = confirmation
  const stops = (await outlook.stops()).filter((stop) => concerns(stop, grant))
  const left = tenant.budget && (await outlook.budgetLeft())
  const accounts = grant.accounts.map((granted) => ({
    alias: granted.account.alias,
    accountId: granted.account.accountId,
    defaultRegion: granted.account.defaultRegion,
    roles: Object.keys(granted.roles),
    classes: operationClasses.filter(
      (access) =>
        decide({ grant, account: granted, tool: { access, iamActions: [] }, stops }).effect === 'allow',
    ),
  }))
  const data = {
    tenant: tenant.id,
    user: principal.subject,
    scopes: [...principal.scopes],
    accounts,
    roleForClass,
    confirmation: {
      withoutElicitation: confirmation.withoutElicitation,
      approvalPage: outlook.hasPages,
      productionTags,
      ...(approverGroups && { approverGroups }),
      rules: confirmation.rules.map(({ name, require }) => ({ name, require })),
    },
    services: permissions.allowedServices,
    regions: permissions.allowedRegions,
    readOnly: permissions.readOnlyMode,
    packs: permissions.packs ?? 'all',
    secretReads: permissions.secretReads ?? [],
    passRoles: permissions.passRoles ?? [],
    ...(permissions.policy && { policy: permissions.policy.Statement }),
    ...(permissions.permissionBoundary !== undefined && { boundary: permissions.permissionBoundary }),
    costControl: tenant.costControl,
    ...(tenant.budget && {
      budget: { dailyUsd: tenant.budget.dailyUsd, ...(left !== undefined && { leftMicroUsd: left }) },
    }),
    stopped: stops.map(({ id, reason, since }) => ({ id, reason, since })),
    limits: {
      callsPerMinute: { tenant: limits.tenant.perMinute, user: limits.user.perMinute },
      callsAtOnce: { tenant: operations.maxConcurrency, user: operations.maxConcurrencyPerUser },
      secondsOfACall: operations.timeout / 1_000,
    },
  }
  return { inWords: inWords({ grant, outlook, accounts, stops, left }), ...data }
}

/** What stops nobody of this tenant, or another person of it, is nothing to the caller. */
const concerns = (stop: Stop, { tenant, principal }: Grant): boolean =>
  (stop.tenantId === undefined || stop.tenantId === tenant.id) &&
  (stop.kind !== 'principal' || stop.principalId === principal.id)

interface Said {
  readonly grant: Grant
  readonly outlook: ToolContext['outlook']
  readonly accounts: readonly { readonly alias: string; readonly classes: readonly OperationClass[] }[]
  readonly stops: readonly Stop[]
  readonly left: MicroUsd | undefined
}

const inWords = ({ grant, outlook, accounts, stops, left }: Said): readonly string[] => {
  const { permissions } = grant.tenant
  const { policy, permissionBoundary, secretReads = [], passRoles = [] } = permissions
  return [
    ...stops.map(
      ({ reason, ...stop }) => `The operator of the gateway has stopped ${stopWords(stop)}: ${reason}`,
    ),
    ...accounts.map(({ alias, classes }) =>
      classes.length > 0
        ? `In account ${alias} you may call operations of class ${classes.join(', ')}.`
        : `In account ${alias} you may call nothing.`,
    ),
    `Only services ${permissions.allowedServices.join(', ')} and regions ${permissions.allowedRegions.join(', ')} are allowed.`,
    ...(permissions.readOnlyMode ? ['The tenant is read-only: nothing is changed, whoever asks.'] : []),
    ...(policy
      ? [
          'The tenant has a policy of its own, which the gateway judges first and AWS enforces in every session. What it depends on and the gateway does not know is refused.',
          ...policyWords(policy),
        ]
      : []),
    ...(permissionBoundary === undefined
      ? []
      : [`${permissionBoundary} bounds every session: the gateway judges by it first, and AWS enforces it.`]),
    passRoles.length > 0
      ? `Roles may be passed to services if they are ${passRoles.join(' or ')}.`
      : 'No role may be passed to a service.',
    ...costWords(grant.tenant, left),
    ...confirmationWords({ grant, outlook }),
    secretReads.length > 0
      ? `Answers with secrets are allowed for ${secretReads.join(', ')}.`
      : 'Answers with secrets are refused.',
    'Credentials are handed out and made by no call, and no argument may be an ARN of another account.',
    'What AWS itself refuses stays refused: the role in the account has the last word. Ask aws_check_access about one call.',
  ]
}

const stopWords = (stop: Pick<Stop, 'kind'> & { readonly tool?: string }): string => {
  switch (stop.kind) {
    case 'tenant':
      return 'everything of your company'
    case 'principal':
      return 'all that you call'
    case 'tool':
      return `tool ${stop.tool}`
    case 'writes':
      return 'everything that changes something'
  }
}
