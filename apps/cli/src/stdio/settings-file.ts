import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

/** What a configuration file says, or what is wrong with it. */
export interface SettingsFile {
  /** Absolute path; absent where there is no file. */
  readonly path?: string
  readonly document: unknown
  readonly faults: readonly string[]
}

/** Reads the file that `asked` names, else `aws-config.json` of the folder if it has one. */
export const readSettingsFile = async (folder: string, asked: string | undefined): Promise<SettingsFile> => {
  const path = resolve(folder, asked ?? 'aws-config.json')
  try {
    const document: unknown = JSON.parse(await readFile(path, 'utf8'))
    return { path, document, faults: asked === undefined ? boldnessOf(document, path) : [] }
  } catch (thrown) {
    if (asked === undefined && codeOf(thrown) === 'ENOENT') return { document: {}, faults: [] }
    return { path, document: {}, faults: [`${path}: ${reasonOf(thrown)}`] }
  }
}

/**
 * What a file may not say that was only found: an editor starts this in folders that others wrote, and such a file must
 * not choose whose AWS account is used, nor that things in it may be changed, secrets read, roles passed or prices told.
 */
const boldnessOf = (document: unknown, path: string): string[] => {
  const { authentication, permissions, operations } = Object(document) as Record<string, unknown>
  const { profile, assumeRole } = Object(authentication) as Record<string, unknown>
  const { readOnlyMode, secretReads, passRoles } = Object(permissions) as Record<string, unknown>
  const { priceTableFile } = Object(operations) as Record<string, unknown>
  const bold = [
    ...(profile === undefined ? [] : ['authentication.profile']),
    ...(assumeRole === undefined ? [] : ['authentication.assumeRole']),
    ...(readOnlyMode === false ? ['permissions.readOnlyMode'] : []),
    ...(secretReads === undefined ? [] : ['permissions.secretReads']),
    ...(passRoles === undefined ? [] : ['permissions.passRoles']),
    ...(priceTableFile === undefined ? [] : ['operations.priceTableFile']),
  ]
  return bold.map((name) => `${name}: is only taken from a file that you name, with --config ${path}`)
}

/** Never the message of the parser, which quotes the file. */
const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof SyntaxError)) return `cannot be read (${codeOf(thrown) ?? 'unknown'})`
  const [place] = /line \d+ column \d+/.exec(thrown.message) ?? []
  return place === undefined ? 'is not JSON' : `is not JSON (${place})`
}

const codeOf = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
