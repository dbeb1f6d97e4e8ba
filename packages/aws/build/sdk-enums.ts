import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { NormalizedSchema } from '@smithy/core/schema'
import type { EnumFile } from '../src/api/enums.ts'
import { clientFolder, type SdkOperation, withoutContainers } from './sdk-operations.ts'

/** The enums in the inputs of a service's operations, out of the type declarations of its client. */
export const sdkEnums = (service: string, operations: readonly SdkOperation[]): EnumFile => {
  const declared = readDeclarations(join(clientFolder(service), 'dist-types', 'models'))
  const values: Record<string, readonly string[]> = {}
  const members: Record<string, Record<string, string>> = {}
  const keys: Record<string, Record<string, string>> = {}
  const note = (table: typeof members, struct: string, member: string, type: string | undefined) => {
    const found = type === undefined ? undefined : declared.enums.get(type)
    if (type === undefined || !found || found.length === 0) return
    values[type] = found
    const ofStruct = table[struct] ?? {}
    table[struct] = ofStruct
    ofStruct[member] = type
  }
  const seen = new Set<string>()
  const visit = (struct: NormalizedSchema): void => {
    const name = struct.getName() ?? ''
    if (seen.has(name)) return
    seen.add(name)
    for (const [member, schema] of struct.structIterator()) {
      const [inner] = withoutContainers(schema, '')
      const type = typeOf(declared.members.get(`${name}.${member}`) ?? '')
      if (inner.isStringSchema()) note(members, name, member, type.value)
      if (schema.isMapSchema()) note(keys, name, member, type.key)
      if (inner.isStructSchema()) visit(inner)
    }
  }
  for (const { input } of operations) if (input) visit(input)
  return {
    values: sorted(values),
    members: sorted(members),
    ...(Object.keys(keys).length > 0 && { keys: sorted(keys) }),
  }
}

/** Text of the file, one enum or structure a line; empty where there is none. */
export const enumText = ({ values, members, keys }: EnumFile): string => {
  if (Object.keys(values).length === 0) return ''
  const block = (table: object) =>
    Object.entries(table)
      .map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`)
      .join(',\n')
  const parts = [`"values":{\n${block(values)}\n}`, `"members":{\n${block(members)}\n}`]
  if (keys) parts.push(`"keys":{\n${block(keys)}\n}`)
  return `{${parts.join(',\n')}}\n`
}

interface Declarations {
  readonly enums: ReadonlyMap<string, readonly string[]>
  /** Types of members, by `Structure.member`. */
  readonly members: ReadonlyMap<string, string>
}

const readDeclarations = (folder: string): Declarations => {
  const enums = new Map<string, readonly string[]>()
  const members = new Map<string, string>()
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.d.ts')) continue
    const source = readFileSync(join(folder, file), 'utf8')
    for (const [, name = '', body = ''] of source.matchAll(/^export declare const (\w+): \{([^}]*)\};$/gm)) {
      const found = [...body.matchAll(/: ("(?:[^"\\]|\\.)*");$/gm)]
      enums.set(
        name,
        found.map(([, text = '""']) => JSON.parse(text) as string),
      )
    }
    // A union is a namespace of interfaces, in each of which all but one member are `never`.
    const structs = source.matchAll(/^export (?:interface|declare namespace) (\w+)[^{]*\{([\s\S]*?)^\}/gm)
    for (const [, name = '', body = ''] of structs) {
      for (const [, member = '', type = ''] of body.matchAll(/^(?: {4}){1,2}(\w+)\??: (.*);$/gm))
        if (type !== 'never') members.set(`${name}.${member}`, type)
    }
  }
  return { enums, members }
}

/** Names in a type such as `Kind[] | undefined` or `Partial<Record<Key, Kind>> | undefined`. */
const typeOf = (text: string): { readonly value?: string; readonly key?: string } => {
  const bare = text.replace(/ \| undefined$/, '').replace(/(?:\[\])+$/, '')
  const map = /^(?:Partial<)?Record<(\w+), (.*?)>+$/.exec(bare)
  if (!map) return { value: bare }
  const [, key = '', value = ''] = map
  return { key, value: typeOf(value).value ?? '' }
}

const sorted = <T>(table: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(table).sort(([a], [b]) => (a < b ? -1 : 1)))
