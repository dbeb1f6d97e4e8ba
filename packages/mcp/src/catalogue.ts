import {
  type AnyTool,
  decide,
  describeTool,
  type Grant,
  type Tenant,
  type ToolDescription,
} from '@gateway/domain'

/** What a caller sees of the tools: only those its grant allows, in a stable order. */
export interface Catalogue {
  /** JSON array of MCP `Tool`, rendered once per kind of grant. */
  toolsJson(grant: Grant): string
}

/**
 * The catalogue over `tools`. Rendered lists are kept with the tenant they belong to and go with it; a tenant has
 * as many kinds of grant as it has combinations of scopes and roles, so they stay few.
 */
export const createCatalogue = (tools: Iterable<AnyTool>): Catalogue => {
  const sorted = [...tools].sort((a, b) => (a.name < b.name ? -1 : 1))
  const rendered = new WeakMap<Tenant, Map<string, string>>()
  return {
    toolsJson(grant) {
      const ofTenant = rendered.get(grant.tenant) ?? new Map<string, string>()
      rendered.set(grant.tenant, ofTenant)
      let json = ofTenant.get(grant.catalogueKey)
      if (json === undefined) {
        json = JSON.stringify(visible(sorted, grant))
        ofTenant.set(grant.catalogueKey, json)
      }
      return json
    },
  }
}

const visible = (tools: readonly AnyTool[], grant: Grant): ToolDescription[] =>
  tools.filter((tool) => decide({ grant, tool }).effect === 'allow').map((tool) => describeTool(tool, grant))
