import {
  type CursorCodec,
  decide,
  describeTool,
  type Grant,
  isTemplate,
  type Offer,
  promptAccess,
  type Tenant,
} from '@gateway/domain'

/** The four lists of MCP. */
export type ListName = 'tools' | 'prompts' | 'resources' | 'resourceTemplates'

/** What a caller sees of what there is: only what its grant allows, or would after a step-up, in a stable order. */
export interface Catalogue {
  /** A page of a list; undefined for a cursor that is not this caller's. */
  page(list: ListName, grant: Grant, cursor?: string): ListPage | undefined
}

/** A page of a list, rendered once for all who see the same. */
export interface ListPage {
  /** Members of the list result as JSON: the list under its name, and `nextCursor` where it goes on. */
  readonly members: string
  /** True for a page that is the same object in every answer. */
  readonly isKept: boolean
}

/**
 * The catalogue over what `offerOf` says there is for a tenant. Rendered lists are kept with the tenant they belong to
 * and go with it; a tenant has as many kinds of grant as it has combinations of scopes and roles, so they stay few.
 */
export const createCatalogue = (options: {
  offerOf(tenant: Tenant): Offer
  readonly cursors: CursorCodec
  readonly pageSize?: number
}): Catalogue => {
  const { offerOf, cursors, pageSize = 500 } = options
  const rendered = new WeakMap<Tenant, Map<string, readonly ListPage[]>>()

  const pagesOf = (list: ListName, grant: Grant): readonly ListPage[] => {
    const ofTenant = rendered.get(grant.tenant) ?? new Map<string, readonly ListPage[]>()
    rendered.set(grant.tenant, ofTenant)
    const key = `${list} ${grant.catalogueKey}`
    let pages = ofTenant.get(key)
    if (!pages) {
      const entries = visible[list](offerOf(grant.tenant), grant.reach ?? grant)
      const count = Math.max(1, Math.ceil(entries.length / pageSize))
      pages = Array.from({ length: count }, (_, n) => {
        const page = JSON.stringify(entries.slice(n * pageSize, (n + 1) * pageSize))
        return { members: `"${list}":${page}`, isKept: true }
      })
      ofTenant.set(key, pages)
    }
    return pages
  }

  const bindingOf = (list: ListName, grant: Grant) => ({
    tenantId: grant.tenant.id,
    principalId: grant.principal.id,
    tool: `list ${list}`,
    account: '',
    region: '',
    input: grant.catalogueKey,
  })

  return {
    page(list, grant, cursor) {
      const pages = pagesOf(list, grant)
      const at = cursor === undefined ? 0 : opened(() => Number(cursors.open(cursor, bindingOf(list, grant))))
      const page = at === undefined ? undefined : pages[at]
      if (page === undefined || at === undefined) return undefined
      if (at + 1 >= pages.length) return page
      const next = cursors.seal(String(at + 1), bindingOf(list, grant))
      return { members: `${page.members},"nextCursor":${JSON.stringify(next)}`, isKept: false }
    },
  }
}

const opened = (open: () => number): number | undefined => {
  try {
    return open()
  } catch {
    return undefined
  }
}

const visible: Readonly<Record<ListName, (offer: Offer, grant: Grant) => readonly object[]>> = {
  tools: ({ tools }, grant) =>
    [...tools.values()].filter((tool) => allowed(grant, tool)).map((tool) => describeTool(tool, grant)),
  prompts: ({ prompts }, grant) =>
    [...(allowed(grant, promptAccess) ? prompts.values() : [])].map(
      ({ name, title, description, arguments: args }) => ({
        name,
        title,
        description,
        arguments: args.map((each) => ({
          name: each.name,
          description: each.description,
          required: each.required,
        })),
      }),
    ),
  resources: ({ resources }, grant) =>
    resources
      .filter((each) => !isTemplate(each.uri) && !isView(each.uri) && allowed(grant, each))
      .map(({ uri, name, title, description, mimeType }) => ({ uri, name, title, description, mimeType })),
  resourceTemplates: ({ resources }, grant) =>
    resources
      .filter((each) => isTemplate(each.uri) && allowed(grant, each))
      .map(({ uri: uriTemplate, name, title, description, mimeType }) => ({
        uriTemplate,
        name,
        title,
        description,
        mimeType,
      })),
}

/** A page that tools name (MCP Apps, "Resource Discovery"): to be read, but nothing for a person to choose. */
const isView = (uri: string): boolean => uri.startsWith('ui://')

const allowed = (grant: Grant, tool: Parameters<typeof decide>[0]['tool']): boolean =>
  decide({ grant, tool }).effect === 'allow'
