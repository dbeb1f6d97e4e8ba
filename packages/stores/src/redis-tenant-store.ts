import { isTenantId, type TenantStore, type WriteOutcome } from '@gateway/domain'
import type { RedisConnection } from './open-redis.ts'
import { changedChannel, issuerPrefix, keysOfTenant, registryKeys } from './registry-key.ts'
import { removeTenantScript, verifiedScript, writeTenantScript } from './tenant-scripts.ts'

/**
 * Tenants in Redis, for any number of replicas and thousands of tenants: each method is one step of Redis and costs no
 * more for the tenants that it is not about. An id that is no tenant's is unknown; writing one throws `RangeError`.
 */
export const redisTenantStore = ({ client, run, subscriber }: RedisConnection): TenantStore => ({
  async read(tenantId) {
    if (!isTenantId(tenantId)) return undefined
    const [document, version] = await client.hmget(keysOfTenant(tenantId).tenant, 'document', 'version')
    return typeof document === 'string' ? { document, version: Number(version) } : undefined
  },
  async list(after, limit) {
    // A negative LIMIT would be none.
    if (!(limit >= 1)) return []
    const from = after === undefined ? '-' : `(${after}`
    return client.zrangebylex(registryKeys.ids, from, '+', 'LIMIT', 0, Math.floor(limit))
  },
  async withIssuer(issuer) {
    const prefix = issuerPrefix(issuer)
    const members = await client.zrangebylex(registryKeys.issuers, `[${prefix}`, `[${prefix}~`)
    return members.map((member) => member.slice(prefix.length))
  },
  async issuerDigests() {
    const found = new Set<string>()
    for (let from: string | undefined = '-'; from !== undefined; ) {
      const members: string[] = await client.zrangebylex(
        registryKeys.issuers,
        from,
        '+',
        'LIMIT',
        0,
        pageOfIssuers,
      )
      for (const member of members) found.add(digestOf(member))
      const last = members.length < pageOfIssuers ? undefined : members.at(-1)
      // Behind all who share the last one.
      from = last && `(${digestOf(last)}:~`
    }
    return found
  },
  async write({ id, document, claims, issuers, roles }, expected) {
    const { tenant, verified } = keysOfTenant(id)
    const keys = [tenant, ...indexKeys, verified]
    const members = issuers.map((issuer) => `${issuerPrefix(issuer)}${id}`)
    const held = [claims, members, roles].map((list) => JSON.stringify(list))
    return outcomeOf(await run(writeTenantScript, keys, [id, expected, document, ...held]))
  },
  async remove(tenantId, expected) {
    if (!isTenantId(tenantId)) return 'stale'
    const { tenant, verified } = keysOfTenant(tenantId)
    const reply = await run(removeTenantScript, [tenant, ...indexKeys, verified], [tenantId, expected])
    return reply === 1 ? 'removed' : 'stale'
  },
  async verifications(tenantId) {
    if (!isTenantId(tenantId)) return new Map()
    return new Map(Object.entries(await client.hgetall(keysOfTenant(tenantId).verified)))
  },
  async verified(tenantId, { roleArn, value, replaces, version, announce }) {
    const { tenant, verified } = keysOfTenant(tenantId)
    const args = [tenantId, roleArn, value, announce ? 1 : 0, version]
    if (replaces !== undefined) args.push(replaces)
    return (await run(verifiedScript, [verified, tenant], args)) === 1 ? 'kept' : 'stale'
  },
  listen: (hear) =>
    subscriber.listen(changedChannel, (message) => {
      // What is no id was sent by nobody that we know: better that everything is looked at again than a change missed.
      hear(message !== undefined && isTenantId(message) ? message : undefined)
    }),
})

/** Few enough that Redis does something else in between. */
const pageOfIssuers = 1_000

const digestOf = (member: string): string => member.slice(0, member.indexOf(':'))

const indexKeys = [registryKeys.ids, registryKeys.retired, registryKeys.claims, registryKeys.issuers] as const

const outcomeOf = (reply: unknown): WriteOutcome => {
  const [outcome, detail] = Array.isArray(reply) ? (reply as unknown[]) : []
  if (outcome === 'retired') return { outcome }
  if (outcome === 'claimed' && typeof detail === 'string') return { outcome, claim: detail }
  if ((outcome === 'written' || outcome === 'stale') && typeof detail === 'number') {
    return { outcome, version: detail }
  }
  throw new Error('the script that writes tenants gave an unknown answer')
}
