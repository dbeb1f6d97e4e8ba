import type { CallDependencies } from './call-dependencies.ts'
import { GatewayError } from './errors.ts'
import type { InputNeeded } from './interaction.ts'
import { redactText } from './redact-text.ts'
import type { Resource, ResourceContents } from './resource.ts'
import { runCall } from './run-call.ts'
import type { ResourceRead } from './tool-call.ts'
import { isTemplate, uriMatcher } from './uri-template.ts'

/** What was read. */
export interface ResourceResult {
  readonly contents: readonly ResourceContents[]
}

/** Reads one resource on the line of every call; rejects with the refusal, which is a protocol error here. */
export const readResource = async (
  deps: CallDependencies,
  read: ResourceRead,
): Promise<ResourceResult | InputNeeded> => {
  const found = findResource(deps.offerOf(read.grant.tenant).resources, read.uri)
  const outcome = await runCall<ResourceResult, ResourceResult>(deps, read, {
    kind: 'resource',
    asks: { args: { uri: read.uri } },
    find() {
      if (!found) throw unknown()
      return { ...found.resource, name: found.resource.uri }
    },
    args() {
      const { variables = {}, resource } = found ?? {}
      const { account, region } = resource?.aim?.(variables) ?? variables
      return { ...(account !== undefined && { account }), ...(region !== undefined && { region }) }
    },
    check() {},
    narrow(operation) {
      const scope = found?.resource.scopeOf?.(found.variables)
      return scope ? { ...operation, ...scope } : operation
    },
    async run(context) {
      const answer = await found?.resource.read(context, { uri: read.uri, variables: found.variables })
      if (answer === undefined) throw unknown()
      return Array.isArray(answer) ? { contents: answer } : (answer as InputNeeded)
    },
    format: ({ contents }) => ({ contents: contents.map(withoutSecrets) }),
    audited: ({ contents }) => ({
      text: contents.map(({ text, blob }) => text ?? blob ?? '').join('\n'),
      counts: { contents: contents.length },
    }),
  })
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

const withoutSecrets = (contents: ResourceContents): ResourceContents =>
  contents.text === undefined ? contents : { ...contents, text: redactText(contents.text) }

/** The resource that a URI names, an exact one before a template, with the values of the template's variables. */
export const findResource = (
  resources: readonly Resource[],
  uri: string,
): { resource: Resource; variables: Readonly<Record<string, string>> } | undefined => {
  const exact = resources.find((each) => each.uri === uri && !isTemplate(each.uri))
  if (exact) return { resource: exact, variables: {} }
  for (const resource of resources) {
    const variables = uriMatcher(resource.uri)(uri)
    if (variables) return { resource, variables }
  }
  return undefined
}

const unknown = () =>
  new GatewayError(
    'unknown_resource',
    'There is no such resource. Ask resources/list and resources/templates/list.',
  )
