import type { AccountAnswer, ConnectionAnswer, SummaryAnswer, ViewAnswer } from './admin-answers.ts'
import { oneLine } from './printable.ts'
import { table } from './table.ts'
import { verificationText } from './verification-text.ts'

/** Tenants as a table. */
export const listText = (tenants: readonly SummaryAnswer[]): string[] =>
  tenants.length === 0
    ? ['There are no tenants.']
    : table([
        ['ID', 'STATUS', 'SOURCE', 'VERSION', 'NAME'],
        ...tenants.map(({ id, status, source, version, name }) => [
          id,
          status,
          source,
          String(version),
          name,
        ]),
      ])

/** All of one tenant but for what is secret. */
export const viewText = (view: ViewAnswer): string[] => {
  const { id, name, status, source, version, tenant, verifications, faults = [] } = view
  const { connections, accounts, permissions, operations, budget } = tenant
  const where = source === 'file' ? 'of the tenants file, changed there' : `version ${version}`
  return [
    ...table([
      ['Tenant', `${id} (${name})`],
      ['Status', `${status}, ${where}`],
      ...connections.map((connection) => ['Sign-in', signInText(connection)]),
      ['Services', permissions.allowedServices.join(', ')],
      ['Regions', permissions.allowedRegions.join(', ')],
      ['Read-only', permissions.readOnlyMode ? 'yes' : 'no'],
      ...(permissions.permissionBoundary === undefined ? [] : [['Boundary', permissions.permissionBoundary]]),
      ...(permissions.policy === undefined ? [] : [['Policy', 'narrows every session (--json shows it)']]),
      ...(operations === undefined ? [] : [['Calls', `${operations.maxConcurrency} at once`]]),
      ...(budget === undefined ? [] : [['Budget', `${budget.dailyUsd} USD a day (not enforced yet)`]]),
    ]),
    ...faults.map((fault) => `Not served: ${oneLine(fault)}`),
    ...(accounts.length === 0 ? ['No AWS account yet.'] : accounts.flatMap(accountText)),
    ...(verifications.length === 0 ? [] : ['', ...verificationText(verifications)]),
  ]
}

/** An issuer, and each way in which its people get in. */
const signInText = (connection: ConnectionAnswer): string => {
  const { issuer, clientId, clientSecretRef, emailDomains = [], idJag, directTokens } = connection
  const { allowedClients = [] } = connection
  const ways = [
    ...(clientId === undefined ? [] : [`browser, as client ${clientId}`]),
    ...(clientSecretRef === undefined ? [] : [`secret in ${clientSecretRef}`]),
    ...(emailDomains.length === 0 ? [] : [`people of ${emailDomains.join(', ')}`]),
    ...(idJag ? ['ID-JAG'] : []),
    ...(directTokens ? [`tokens of the clients ${allowedClients.join(', ')}`] : []),
  ]
  return `${issuer} (${ways.join('; ')})`
}

/** One account and who gets its roles. */
export const accountText = ({ alias, accountId, defaultRegion, roles }: AccountAnswer): string[] => {
  const present = Object.entries(roles).flatMap(([name, role]) => (role ? [{ name, ...role }] : []))
  const lines = table(
    present.map(({ name, roleArn, groups, scopes }) => [
      name,
      roleArn,
      [
        groups ? `groups ${groups.join(', ')}` : 'everybody with the scope',
        ...(scopes ? [`one of ${scopes.join(', ')}`] : []),
      ].join('; '),
    ]),
    '  ',
  )
  return [
    `Account ${oneLine(alias)}: ${oneLine(accountId)}, ${oneLine(defaultRegion)}`,
    ...present.flatMap(({ blocked }, i) => [
      lines[i] ?? '',
      ...(blocked === undefined ? [] : [`    Blocked: ${oneLine(blocked)}`]),
    ]),
  ]
}

/** What to do next with a tenant. */
export const nextAfter = ({ id, source, tenant: { accounts, permissions } }: ViewAnswer): string[] => {
  const next = accounts.flatMap(({ alias, roles }) =>
    Object.values(roles).some((role) => role?.blocked !== undefined)
      ? [`aws-mcp tenant verify ${oneLine(id)} ${oneLine(alias)}`]
      : [],
  )
  if (accounts.length === 0 && source !== 'file') {
    const region = oneLine(permissions.allowedRegions[0] ?? 'REGION')
    next.push(`aws-mcp tenant add-account ${oneLine(id)} main --account ACCOUNT_ID --region ${region}`)
  }
  return next.length === 0 ? [] : ['', 'Next:', ...next.map((line) => `  ${line}`)]
}
