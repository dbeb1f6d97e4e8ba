import type { Sso } from './sso.ts'

/** Companies that call all the time, and one whose people come later, when nobody knows its keys yet. */
export const companies = [
  { id: 'acme', accountId: '111111111111' },
  { id: 'globex', accountId: '222222222222' },
  { id: 'initech', accountId: '333333333333' },
] as const

export const account = 'main'
export const region = 'eu-west-1'

/** Bucket of a company. */
export const bucketOf = (company: string): string => `faults-${company}`

const plenty = { perMinute: 1_000_000, burst: 100_000 }

/**
 * The text of the tenants file. Limits are above what the load sends, since they are not what is tested; a call ends sooner than
 * its client's patience; nobody is asked before an instance is launched.
 */
export const tenantsText = (sso: Sso): string =>
  JSON.stringify({
    tenants: companies.map(({ id, accountId }) => ({
      id,
      name: id,
      connections: [
        {
          issuer: sso.issuerOf(id),
          jwksUri: sso.issuerOf(id),
          algorithms: ['ES256'],
          directTokens: true,
          allowedClients: ['faults'],
          maxTokenLifeSeconds: 7200,
        },
      ],
      accounts: [
        {
          alias: account,
          accountId,
          defaultRegion: region,
          roles: { read: role(accountId, 'read'), write: role(accountId, 'write') },
        },
      ],
      permissions: { allowedServices: ['sts', 'ec2', 's3', 'cloudwatch'], allowedRegions: [region] },
      confirmation: {
        rules: [{ name: 'launch', when: { tools: ['aws_ec2_launch_instances'] }, require: 'nobody' }],
      },
      operations: { timeout: 6_000 },
      limits: { tenant: plenty, user: plenty, aws: { ec2: plenty, s3: plenty, sts: plenty } },
      budget: { dailyUsd: 1_000_000 },
    })),
  })

const role = (accountId: string, name: string) => ({
  roleArn: `arn:aws:iam::${accountId}:role/${name}`,
  externalId: `faults-${accountId}`,
})
