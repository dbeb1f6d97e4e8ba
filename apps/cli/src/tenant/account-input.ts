import { type InputFiles, readObject } from './input-file.ts'
import { isObject, type Json, mergedObject } from './merge-patch.ts'
import type { TenantValues } from './tenant-arguments.ts'
import { wrongUse } from './tenant-failure.ts'

const roleNames = ['read', 'write', 'admin'] as const

/** The account that `add-account` sends; the gateway checks it. */
export const newAccount = async (
  alias: string,
  values: TenantValues<'add-account'>,
  files: InputFiles,
): Promise<Json> => {
  const file = values.file === undefined ? undefined : await readObject(values.file, files)
  const missing = file ? [] : (['account', 'region'] as const).filter((name) => values[name] === undefined)
  if (missing.length > 0) {
    throw wrongUse(
      `add-account needs ${missing.map((name) => `--${name}`).join(', ')}, or a --file that has it.`,
    )
  }
  if (file?.alias !== undefined && file.alias !== alias) {
    throw wrongUse(`The file is of another account than ${alias}: its alias must be that, or not be there.`)
  }
  const roles = rolePatch(values)
  return mergedObject(mergedObject({ alias, roles: { read: {} } }, file ?? {}), {
    ...(values.account !== undefined && { accountId: values.account }),
    ...(values.region !== undefined && { defaultRegion: values.region }),
    roles,
  })
}

/**
 * What `update-account` sends of `current`, an account as the gateway shows it: its roles whole, with the changes in them.
 * Throws `TenantFailure` where nothing is named.
 */
export const accountChanges = async (
  current: Json,
  values: TenantValues<'update-account'>,
  files: InputFiles,
): Promise<Json> => {
  const { alias, ...file } = values.file === undefined ? {} : await readObject(values.file, files)
  if (alias !== undefined && alias !== current.alias) throw wrongUse('The file is of another account.')
  const own = rolePatch(values)
  const gone = roleNames.filter((name) => name !== 'read' && values[`no-${name}`])
  const roles = { ...own, ...Object.fromEntries(gone.map((name) => [name, null])) }
  const named = file.roles !== undefined || Object.keys(roles).length > 0
  const changed = isObject(file.roles) || file.roles === undefined ? { ...(file.roles ?? {}) } : undefined
  const changes: Json = {
    ...file,
    ...(values.region !== undefined && { defaultRegion: values.region }),
    ...(named &&
      changed && { roles: mergedObject(mergedObject(rolesAsInput(current.roles), changed), roles) }),
  }
  if (Object.keys(changes).length === 0) throw wrongUse('Say what to change, by options or by --file.')
  return changes
}

/** Who gets each role now. Its ARN stays by itself, and its external id is nobody's to send. */
const rolesAsInput = (roles: unknown): Json =>
  Object.fromEntries(
    Object.entries(isObject(roles) ? roles : {}).flatMap(([name, role]) => {
      if (!isObject(role)) return []
      const { groups, scopes } = role
      return [[name, { ...(groups !== undefined && { groups }), ...(scopes !== undefined && { scopes }) }]]
    }),
  )

type RoleValues = Pick<
  TenantValues<'add-account'>,
  'write' | 'admin' | `${(typeof roleNames)[number]}-${'groups' | 'role-arn'}`
>

const rolePatch = (values: RoleValues): Json =>
  Object.fromEntries(
    roleNames.flatMap((name) => {
      const groups = values[`${name}-groups`]
      const roleArn = values[`${name}-role-arn`]
      const asked = name !== 'read' && values[name]
      if (!asked && groups === undefined && roleArn === undefined) return []
      return [[name, { ...(groups && { groups }), ...(roleArn !== undefined && { roleArn }) }]]
    }),
  )
