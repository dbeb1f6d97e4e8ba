import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { NormalizedSchema } from '@smithy/core/schema'

/** One operation as the runtime schemas and files of its SDK client have it. */
export interface SdkOperation {
  readonly name: string
  /** Undefined where it takes none. */
  readonly input: NormalizedSchema | undefined
  readonly output: NormalizedSchema | undefined
  /** Such as `PATCH`; absent for protocols that always send POST. */
  readonly httpVerb?: string
  /** First block of its documentation, with HTML; empty where there is none. */
  readonly docs: string
  /** Input token, output token, of the paginator that the client has for it. */
  readonly paginator?: readonly [string, string]
}

/** Every operation of a service's SDK client, by name. */
export const sdkOperations = async (service: string): Promise<readonly SdkOperation[]> => {
  const name = packageOf(service)
  const exports = (await import(name)) as Readonly<Record<string, unknown>>
  const folder = folderOf(name)
  return Object.entries(exports)
    .filter(([key, value]) => key.endsWith('$') && Array.isArray(value) && value[0] === operationTag)
    .map(([, schema]) => operationOf(schema as OperationSchema, folder))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Folder of a service's SDK client. */
export const clientFolder = (service: string): string => folderOf(packageOf(service))

/** A list or map of anything is looked through to what it holds; each level is a `*` in a path. */
export const withoutContainers = (schema: NormalizedSchema, path: string): [NormalizedSchema, string] => {
  let inner = schema
  let full = path
  while (inner.isListSchema() || inner.isMapSchema()) {
    inner = inner.getValueSchema()
    full += '.*'
  }
  return [inner, full]
}

const operationTag = 9
type OperationSchema = readonly [
  tag: number,
  namespace: string,
  name: string,
  traits: number | { readonly http?: readonly unknown[] },
  input: never,
  output: never,
]

const operationOf = ([, , name, traits, input, output]: OperationSchema, folder: string): SdkOperation => {
  const verb = typeof traits === 'object' ? traits.http?.[0] : undefined
  const paginator = paginatorOf(name, folder)
  return {
    name,
    input: structOf(input),
    output: structOf(output),
    docs: docsOf(name, folder),
    ...(typeof verb === 'string' && { httpVerb: verb }),
    ...(paginator && { paginator }),
  }
}

const structOf = (schema: never): NormalizedSchema | undefined => {
  const normalized = NormalizedSchema.of(schema)
  return normalized.isStructSchema() ? normalized : undefined
}

/** Which package each service imports only the source of the table says. */
const packageOf = (service: string): string => {
  const source = readFileSync(join(import.meta.dirname, '..', 'src', 'service-modules.ts'), 'utf8')
  const entries = source.matchAll(/^ {2}'?([a-z0-9-]+)'?: \[\s*'\w+',\s*\(\) => import\('([^']+)'\)/gm)
  for (const [, prefix, name] of entries) if (prefix === service && name) return name
  throw new Error(`no client package is known for ${service}`)
}

const folderOf = (name: string): string =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))

const docsOf = (name: string, folder: string): string => {
  const file = join(folder, 'dist-types', 'commands', `${name}Command.d.ts`)
  const source = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const end = source.indexOf(`export declare class ${name}Command `)
  const start = source.lastIndexOf('/**', end)
  return end < 0 || start < 0 ? '' : source.slice(start, end)
}

/** The tokens are arguments of a call in the client's source; at run time they are hidden in a closure. */
const paginatorOf = (name: string, folder: string): readonly [string, string] | undefined => {
  const file = join(folder, 'dist-es', 'pagination', `${name}Paginator.js`)
  if (!existsSync(file)) return undefined
  const call = /createPaginator\(\w+, \w+, "([^"]+)", "([^"]+)"/.exec(readFileSync(file, 'utf8'))
  return call?.[1] && call[2] ? [call[1], call[2]] : undefined
}
