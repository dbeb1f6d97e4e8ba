import { connectionFrom } from './connection-input.ts'
import { type InputFiles, readObject } from './input-file.ts'
import { isObject, type Json, mergedObject, mergePatch } from './merge-patch.ts'
import type { TenantValues } from './tenant-arguments.ts'
import { wrongUse } from './tenant-failure.ts'

type Values = TenantValues<'create'>

/** The tenant that `create` sends; the gateway checks it. Throws `TenantFailure` for what cannot even be sent. */
export const newTenant = async (id: string, values: Values, files: InputFiles): Promise<Json> => {
  const file = values.file === undefined ? undefined : await readObject(values.file, files)
  const missing = file ? [] : needed.filter((name) => values[name] === undefined)
  if (missing.length > 0) {
    throw wrongUse(`create needs ${missing.map((name) => `--${name}`).join(', ')}, or a --file that has it.`)
  }
  if (!file && !ways.some((name) => values[name])) {
    throw wrongUse(
      'create needs a way to sign in: --client-id (people, in the browser), --direct-tokens with --client, or --id-jag.',
    )
  }
  if (file?.id !== undefined && file.id !== id) {
    throw wrongUse(`The file is of another tenant than ${id}: its id must be that, or not be there.`)
  }
  const base = mergedObject({ id }, file ?? {})
  return withConnection(mergedObject(base, await patchOf(values, files)), base, values)
}

const needed = ['name', 'issuer', 'jwks-uri', 'services', 'regions'] as const

const ways = ['client-id', 'direct-tokens', 'id-jag'] as const

/**
 * What `update` sends of `current`, a tenant as the gateway shows it: each block that is named, whole, with the changes in
 * it. Throws `TenantFailure` where nothing is named.
 */
export const tenantChanges = async (current: Json, values: Values, files: InputFiles): Promise<Json> => {
  const file = values.file === undefined ? {} : await readObject(values.file, files)
  const { id, ...named } = file
  if (id !== undefined && id !== current.id) throw wrongUse('The file is of another tenant.')
  const patch = mergedPatch(named, await patchOf(values, files))
  const changes = Object.fromEntries(
    // Null is for the gateway: it takes a block back to its defaults.
    Object.entries(patch).map(([name, value]) => [
      name,
      value === null ? null : mergePatch(current[name], value),
    ]),
  )
  const all = withConnection(changes, { connections: current.connections, ...changes }, values)
  if (Object.keys(all).length === 0) throw wrongUse('Say what to change, by options or by --file.')
  return all
}

/** One patch that does what two do, one after the other; nulls stay. */
const mergedPatch = (first: Json, second: Json): Json => {
  const merged = new Map(Object.entries(first))
  for (const [name, value] of Object.entries(second)) {
    const before = merged.get(name)
    merged.set(name, isObject(value) && isObject(before) ? mergedPatch(before, value) : value)
  }
  return Object.fromEntries(merged)
}

/** What the options say but for the connection. */
const patchOf = async (values: Values, files: InputFiles): Promise<Json> => {
  const permissions = {
    ...(values.services && { allowedServices: values.services }),
    ...(values.regions && { allowedRegions: values.regions }),
    ...(values['read-only'] && { readOnlyMode: true }),
    ...(values['no-read-only'] && { readOnlyMode: false }),
    ...(values['permission-boundary'] && { permissionBoundary: values['permission-boundary'] }),
    ...(values.policy && { policy: await readObject(values.policy, files) }),
  }
  const concurrency = numberOf('max-concurrency', values)
  const usd = numberOf('daily-usd', values)
  return {
    ...(values.name !== undefined && { name: values.name }),
    ...(Object.keys(permissions).length > 0 && { permissions }),
    ...(concurrency !== undefined && { operations: { maxConcurrency: concurrency } }),
    ...(usd !== undefined && { budget: { dailyUsd: usd } }),
  }
}

const numberOf = (name: 'max-concurrency' | 'daily-usd', values: Values): number | undefined => {
  const text = values[name]
  if (text === undefined) return undefined
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return Number(text)
  throw wrongUse(`--${name} needs a number.`)
}

/** `document` with the options of the connection in the one connection of `from`, or in a new one. */
const withConnection = (document: Json, from: Json, values: Values): Json => {
  const patch = connectionFrom(values)
  if (!patch) return document
  const connections: unknown[] = Array.isArray(from.connections) ? from.connections : []
  if (connections.length > 1) {
    throw wrongUse('The tenant has several connections: name all of them in a --file.')
  }
  const connection = mergePatch(connections[0] ?? { algorithms: ['RS256'] }, patch)
  return { ...document, connections: [connection] }
}
