import { ConfigurationError, type Offer, offerFor, offerOf, type Tenant } from '@gateway/domain'
import { prompts, resources, tools } from '@gateway/tools'
import type { Config } from './config.ts'
import { isLoopback } from './is-loopback.ts'

/**
 * What there is for each tenant: the catalogue without the packs that the tenant does without, and for some tenants the fixtures of the conformance suite where the
 * configuration says so. Those are refused wherever anybody but this machine could reach them, and no image holds them.
 * `tenantIds` are all that there can be; undefined where tenants are made while the gateway runs.
 */
export const readOffers = async (
  config: Pick<Config, 'fixtureTenants' | 'fixtureExtraTools' | 'publicUrl'>,
  tenantIds: ReadonlySet<string> | undefined,
): Promise<(tenant: Pick<Tenant, 'id' | 'permissions'>) => Offer> => {
  const offer = offerFor(offerOf({ tools, resources, prompts }))
  const { fixtureTenants, fixtureExtraTools, publicUrl } = config
  if (fixtureTenants.length === 0) return offer
  const faults: string[] = []
  if (!isLoopback(new URL(publicUrl).hostname)) {
    faults.push('FIXTURE_TENANT: is for tests only, and so is refused unless PUBLIC_URL is loopback')
  }
  if (tenantIds && !fixtureTenants.every((id) => tenantIds.has(id))) {
    faults.push('FIXTURE_TENANT: is no tenant of the tenants file')
  }
  if (faults.length > 0) throw new ConfigurationError('The environment', faults)
  const { fixtures } = await import('@gateway/fixtures').catch((cause: unknown) => {
    const fault = 'FIXTURE_TENANT: the fixtures are not part of this build'
    throw Object.assign(new ConfigurationError('The environment', [fault]), { cause })
  })
  const more = fixtures({ extraTools: fixtureExtraTools })
  const fixtureOffer = offerFor(
    offerOf({
      tools: [...tools, ...more.tools],
      resources: [...resources, ...more.resources],
      prompts: [...prompts, ...more.prompts],
    }),
  )
  return (tenant) => (fixtureTenants.includes(tenant.id) ? fixtureOffer(tenant) : offer(tenant))
}
