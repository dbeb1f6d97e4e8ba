import { ConfigurationError, faultOf } from '@gateway/domain'
import type { StdioArguments } from '../arguments.ts'
import { credentialSource } from './credential-source.ts'
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
  const ofTokenFile = roleOfTokenFile(file.document, env, asked)
  const given = overrides.flatMap(({ path, variable, read }) => {
    const text = variable === 'AWS_ROLE_ARN' && ofTokenFile ? undefined : env[variable]
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
    ? [...regionFaults(parsed.data), ...narrowingFaults(parsed.data, (path) => named(path)?.from)]
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

/**
 * Whether AWS_ROLE_ARN is the role of AWS_WEB_IDENTITY_TOKEN_FILE, as on EKS: the SDK assumes it then, and it need not
 * be able to assume itself.
 */
const roleOfTokenFile = (
  document: unknown,
  env: Environment,
  asked: Pick<StdioArguments, 'profile'>,
): boolean => {
  const { authentication } = Object(document) as Record<string, unknown>
  const { profile } = Object(authentication) as Record<string, unknown>
  const chosen = asked.profile ?? (env.AWS_PROFILE || profile)
  return chosen === undefined && credentialSource(undefined, env) === 'web identity token'
}

/** What narrows sessions is sent when a role is assumed, so without one it would be ignored in silence. */
const narrowingFaults = (
  { authentication: { assumeRole }, permissions }: Settings,
  sourceOf: (path: readonly PropertyKey[]) => string | undefined,
): string[] => {
  const named = (['permissionBoundary', 'policy'] as const).filter((name) => permissions[name] !== undefined)
  const at = (name: string) => sourceOf(['permissions', name]) ?? `permissions.${name}`
  if (!assumeRole) {
    return named.map(
      (name) =>
        `${at(name)}: cannot be enforced on credentials that are used as they are, so it is refused; name a role to assume (authentication.assumeRole.roleArn or AWS_ROLE_ARN), or attach it in IAM to the identity that you use`,
    )
  }
  const owner = permissions.permissionBoundary?.split(':')[4]
  return owner === undefined || owner === 'aws' || owner === assumeRole.roleArn.split(':')[4]
    ? []
    : [`${at('permissionBoundary')}: has to be in the AWS account of the role that is assumed`]
}

/** `document` with one value put in; what is no object on the way stays, for the schema to refuse. */
const put = (document: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value
  if (document !== undefined && !isObject(document)) return document
  return { ...document, [key]: put(document?.[key], rest, value) }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
