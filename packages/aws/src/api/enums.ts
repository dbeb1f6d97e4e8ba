import { distanceOf } from './distance.ts'
import { enumFiles } from './enum-files.ts'

/** The enums of a service's inputs, as they lie in a file: the runtime schemas of the SDK have none. */
export interface EnumFile {
  /** Values by name of the enum. */
  readonly values: Readonly<Record<string, readonly string[]>>
  /** Name of the enum that a text is of, by structure and member; where the member is a list or map, that of its values. */
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** The same for the keys of maps. */
  readonly keys?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Values that the SDK knows of. */
export interface Enum {
  readonly name: string
  readonly values: readonly string[]
}

/** What is known of the texts of one member. */
export interface MemberEnums {
  readonly value?: Enum | undefined
  readonly key?: Enum | undefined
}

/** Enums of the members of a structure. */
export type EnumsOf = (struct: string, member: string) => MemberEnums

/** Loads the enums of a service. */
export const loadEnums = async (service: string): Promise<EnumsOf> => {
  const load = Object.hasOwn(enumFiles, service) ? enumFiles[service] : undefined
  return load ? enumsIn((await load()).default as EnumFile) : noEnums
}

/** For a service that has none. */
export const noEnums: EnumsOf = () => ({})

/** The enums of a file, by structure and member. */
export const enumsIn = ({ values, members, keys = {} }: EnumFile): EnumsOf => {
  const named = (table: EnumFile['members'], struct: string, member: string): Enum | undefined => {
    const name = own(own(table, struct) ?? {}, member)
    const known = name === undefined ? undefined : own(values, name)
    return name !== undefined && known ? { name, values: known } : undefined
  }
  return (struct, member) => ({ value: named(members, struct, member), key: named(keys, struct, member) })
}

/**
 * What is wrong with a value of an enum. AWS adds values before the SDK knows them, so one that is unknown is refused only
 * where a known one was clearly meant: written in another case or with other separators, or as a word with one wrong
 * letter. Names with digits, such as instance types, have neighbours that exist.
 */
export const enumFault = ({ values }: Enum, given: string): string | undefined => {
  if (given.length > longest || values.includes(given)) return undefined
  const meant =
    values.find((each) => bare(each) === bare(given)) ?? values.find((each) => isTypo(given, each))
  return meant === undefined ? undefined : `is not one of its values; did you mean ${meant}`
}

const longest = 100

const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

const bare = (text: string): string => text.toLowerCase().replace(/[\s._-]/g, '')

/** One letter too many, too few, another one, or two that changed places; the first is seldom wrong. */
const isTypo = (given: string, known: string): boolean => {
  const [one, other] = [given.toLowerCase(), known.toLowerCase()]
  if (one.length < 5 || one[0] !== other[0] || /\d/.test(one + other)) return false
  return distanceOf(one, other, 1) === 1 || isSwapped(one, other)
}

const isSwapped = (one: string, other: string): boolean => {
  if (one.length !== other.length) return false
  const at = [...one].findIndex((letter, index) => letter !== other[index])
  return one.slice(0, at) + one.charAt(at + 1) + one.charAt(at) + one.slice(at + 2) === other
}
