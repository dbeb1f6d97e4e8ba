import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What AWS's service reference says of one service: the actions that it checks for an operation, and their levels. */
export interface ServiceReference {
  /** Undefined for an operation that is not in it. */
  actionsOf(operation: string): readonly string[] | undefined
  /** In the words of the Service Authorization Reference; undefined for an action that is not in it. */
  levelOf(action: string): string | undefined
}

/**
 * Reads `<folder>/<service>.json` as AWS publishes them (Service Authorization Reference, "Simplified AWS service
 * information for programmatic access"); undefined where there is none. Written against that description and not
 * verified against the live files.
 */
export const readServiceReference = (folder: string, service: string): ServiceReference | undefined => {
  const file = join(folder, `${service}.json`)
  if (!existsSync(file)) return undefined
  const { Name, Actions, Operations } = JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile
  if (Name !== service) throw new Error(`${file} is of ${Name}`)
  const levels = new Map(Actions?.map((action) => [`${service}:${action.Name}`, levelOf(action)]))
  const actions = new Map(
    Operations?.map((operation) => [
      operation.Name,
      (operation.AuthorizedActions ?? []).map((each) => `${each.Service ?? service}:${each.Name}`),
    ]),
  )
  return {
    actionsOf: (operation) => {
      const found = actions.get(operation)
      // An operation without actions is one that nobody authorizes, which is nothing to trust.
      return found && found.length > 0 ? found : undefined
    },
    levelOf: (action) => levels.get(action),
  }
}

interface ReferenceFile {
  readonly Name: string
  readonly Actions?: readonly ReferenceAction[]
  readonly Operations?: readonly {
    readonly Name: string
    readonly AuthorizedActions?: readonly { readonly Name: string; readonly Service?: string }[]
  }[]
}

interface ReferenceAction {
  readonly Name: string
  readonly Annotations?: {
    readonly Properties?: {
      readonly IsList?: boolean
      readonly IsPermissionManagement?: boolean
      readonly IsTaggingOnly?: boolean
      readonly IsWrite?: boolean
    }
  }
}

/** An action of which nothing is said is taken for a write. */
const levelOf = ({ Annotations }: ReferenceAction): string => {
  const properties = Annotations?.Properties
  if (!properties) return 'Write'
  if (properties.IsPermissionManagement) return 'Permissions management, Write'
  if (properties.IsTaggingOnly) return 'Tagging, Write'
  if (properties.IsWrite) return 'Write'
  return properties.IsList ? 'List' : 'Read'
}
