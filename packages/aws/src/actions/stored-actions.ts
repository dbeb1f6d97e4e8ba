import { arnPattern, variablesOf } from './arn-template.ts'

/** What IAM knows of a service of the operation index, as it lies in a file. */
export interface StoredActions {
  /** ARN templates by resource type. */
  readonly types: Readonly<Record<string, string>>
  /** Condition keys that a request may decide, which `sets` name by their place. */
  readonly keys: readonly string[]
  /** Places in `keys`, with spaces between them. */
  readonly sets: readonly string[]
  /** Names of actions by what AWS checks for them: places of types with those of their sets, `!` after one that it demands. */
  readonly actions: Readonly<Record<string, string>>
}

/** All that IAM knows: names only of the other services, by the first word of the action. */
export interface StoredNames {
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Condition keys by their prefix, without it. */
  readonly keys: Readonly<Record<string, string>>
}

/** A type of resource that AWS checks for an action. */
export interface CheckedType {
  /** Such as `instance`; undefined where AWS checks no resource. */
  readonly type: string | undefined
  /** Such as `arn:${Partition}:ec2:${Region}:${Account}:instance/${InstanceId}`. */
  readonly template: string
  /** What `template` leaves open beside the place, in lower case. */
  readonly variables: readonly string[]
  /** ARNs of the template. */
  readonly pattern: RegExp
  readonly required: boolean
  /** Condition keys in lower case, `aws:requesttag/${tagkey}` and those of the service. */
  readonly keys: ReadonlySet<string>
}

/** Reads what AWS checks for the actions of a service, by the action's name in lower case. */
export const checkedTypes = (stored: StoredActions): ReadonlyMap<string, readonly CheckedType[]> => {
  const types = Object.entries(stored.types).map(([type, template]) => ({
    type,
    template,
    variables: variablesOf(template),
    pattern: arnPattern(template),
  }))
  const sets = stored.sets.map(
    (places) => new Set(wordsOf(places).map((place) => stored.keys[Number(place)] ?? '')),
  )
  const typeOf = (token: string): CheckedType => {
    const required = token.endsWith('!')
    const [place = '', set] = token.replace('!', '').split('.')
    const found = place === '' ? undefined : types[Number(place)]
    return { ...(found ?? noResource), required, keys: sets[Number(set)] ?? new Set() }
  }
  return new Map(
    Object.entries(stored.actions).flatMap(([spec, names]) => {
      const checked = wordsOf(spec).map(typeOf)
      return wordsOf(names).map((name) => [name.toLowerCase(), checked] as const)
    }),
  )
}

const noResource = { type: undefined, template: '', variables: [], pattern: /^$/ }

/** The words of a text with spaces between them. */
export const wordsOf = (text: string): string[] => text.split(' ').filter((word) => word !== '')
