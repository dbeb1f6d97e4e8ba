import { ConfigurationError, faultOf } from '@gateway/domain'
import type { StdioArguments } from '../arguments.ts'
import { overrides } from './overrides.ts'
import type { SettingsFile } from './settings-file.ts'
import { type Settings, settingsSchema } from './settings-schema.ts'

/** Environment variables, as the process has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings of one person: the command line over the environment over the file. Throws `ConfigurationError` with
 * every fault, named by where the value came from, and never a value.
 */
export const readSettings = (
  file: SettingsFile,
  env: Environment,
  asked: Pick<StdioArguments, 'profile' | 'region'>,
): Settings => {
  const given = overrides.flatMap(({ path, variable, read }) => {
    const text = env[variable]
    // An empty variable is how many hosts write "not set".
    return text ? [{ path, from: variable, value: read(text) }] : []
  })
  for (const name of ['profile', 'region'] as const) {
    const value = asked[name]
    if (value !== undefined) given.push({ path: ['authentication', name], from: `--${name}`, value })
  }
  const document = given.reduce((whole, { path, value }) => put(whole, path, value), file.document)
  const parsed = settingsSchema.safeParse(document)
  const named = (path: readonly PropertyKey[]) =>
    given.findLast((each) => each.path.every((key, i) => path[i] === key))
  const faults = parsed.success
    ? regionFaults(parsed.data)
    : parsed.error.issues.map(({ path, message }) => {
        const source = named(path)
        return source
          ? faultOf({ path: [source.from, ...path.slice(source.path.length)], message })
          : faultOf({ path, message })
      })
  const all = [...file.faults, ...faults]
  if (!parsed.success || all.length > 0) throw new ConfigurationError('The configuration', all)
  return parsed.data
}

const regionFaults = ({ authentication: { region }, permissions: { allowedRegions } }: Settings): string[] =>
  region !== undefined && allowedRegions !== undefined && !allowedRegions.includes(region)
    ? ['authentication.region: is not in permissions.allowedRegions']
    : []

/** `document` with one value put in; what is no object on the way stays, for the schema to refuse. */
const put = (document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value
  if (document !== undefined && !isObject(document)) return document
  return { ...document, [key]: put(document?.[key], rest, value) }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
