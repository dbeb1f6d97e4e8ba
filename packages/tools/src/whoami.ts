import { defineTool } from '@gateway/domain'
import { z } from 'zod'

/** Who the caller is to the gateway; asks AWS nothing, so it answers when AWS cannot. */
export const whoami = defineTool({
  name: 'aws_whoami',
  title: 'Who am I',
  description:
    'Shows who you are signed in as, which AWS accounts, regions and roles you may use, and what the policy allows. Call it first when the account is unclear.',
  access: 'read',
  iamActions: [],
  idempotent: true,
  input: z.strictObject({}),
  output: z.object({
    tenant: z.object({ id: z.string(), name: z.string() }),
    user: z.object({
      subject: z.string(),
      client: z.string(),
      scopes: z.array(z.string()),
      groups: z.array(z.string()),
    }),
    accounts: z.array(
      z.object({
        alias: z.string(),
        accountId: z.string(),
        defaultRegion: z.string(),
        roles: z.array(z.string()),
      }),
    ),
    policy: z.object({ services: z.array(z.string()), regions: z.array(z.string()), readOnly: z.boolean() }),
    limits: z.object({ tenantCallsPerMinute: z.int(), userCallsPerMinute: z.int() }),
    budget: z
      .object({
        dailyUsd: z.number(),
        leftUsd: z.number().optional().describe('of today (UTC); below 0 where more was approved'),
      })
      .optional(),
  }),
  async run({ grant: { tenant, principal, accounts }, outlook }) {
    const left = tenant.budget && (await outlook.budgetLeft())
    return {
      data: {
        tenant: { id: tenant.id, name: tenant.name },
        user: {
          subject: principal.subject,
          client: principal.client,
          scopes: [...principal.scopes],
          groups: [...principal.groups],
        },
        accounts: accounts.map(({ account: { alias, accountId, defaultRegion }, roles }) => ({
          alias,
          accountId,
          defaultRegion,
          roles: Object.keys(roles),
        })),
        policy: {
          services: tenant.permissions.allowedServices,
          regions: tenant.permissions.allowedRegions,
          readOnly: tenant.permissions.readOnlyMode,
        },
        limits: {
          tenantCallsPerMinute: tenant.limits.tenant.perMinute,
          userCallsPerMinute: tenant.limits.user.perMinute,
        },
        ...(tenant.budget && {
          budget: {
            dailyUsd: tenant.budget.dailyUsd,
            ...(left !== undefined && { leftUsd: left / 1_000_000 }),
          },
        }),
      },
    }
  },
})
