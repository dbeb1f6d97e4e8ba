import type { Prompt } from './prompt.ts'
import type { Resource } from './resource.ts'
import type { Tenant } from './tenant.ts'
import type { AnyTool } from './tool.ts'
import { uriMatcher } from './uri-template.ts'

/** All that the gateway has for the callers of one tenant; what each of them may use is for the policy to say. */
export interface Offer {
  readonly tools: ReadonlyMap<string, AnyTool>
  readonly prompts: ReadonlyMap<string, Prompt>
  readonly resources: readonly Resource[]
}

/** An offer of these; throws where two have one name. */
export const offerOf = (all: {
  readonly tools: readonly AnyTool[]
  readonly prompts?: readonly Prompt[]
  readonly resources?: readonly Resource[]
}): Offer => ({
  tools: byName(all.tools),
  prompts: byName(all.prompts ?? []),
  resources: byUri(all.resources ?? []),
})

/** `offer` without the tools of groups that a tenant does without (`permissions.packs`), remembered while it is what it is. */
export const offerFor = (offer: Offer): ((tenant: Pick<Tenant, 'permissions'>) => Offer) => {
  const kept = new WeakMap<object, Offer>()
  return (tenant) => {
    const { packs } = tenant.permissions
    if (packs === undefined) return offer
    const known = kept.get(tenant)
    if (known) return known
    const isOn = ({ pack }: AnyTool) => pack === undefined || packs.includes(pack)
    const tools = new Map([...offer.tools].filter(([, tool]) => isOn(tool)))
    const own = { ...offer, tools }
    kept.set(tenant, own)
    return own
  }
}

const byUri = (resources: readonly Resource[]): readonly Resource[] => {
  // Throws where a template cannot be read by.
  for (const { uri } of resources) uriMatcher(uri)
  return [...byName(resources.map((resource) => ({ name: resource.uri, resource }))).values()].map(
    ({ resource }) => resource,
  )
}

const byName = <Named extends { readonly name: string }>(
  all: readonly Named[],
): ReadonlyMap<string, Named> => {
  const sorted = all.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const map = new Map(sorted.map((each) => [each.name, each]))
  if (map.size !== all.length) throw new Error('two of the catalogue have one name')
  return map
}
