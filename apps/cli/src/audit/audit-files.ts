import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { TenantFailure, wrongUse } from '../tenant/tenant-failure.ts'

/** Where audit files are looked for. */
export interface AuditPlaces {
  /** Folder that names are relative to. */
  readonly folder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly sandboxFolder: string | undefined
}

/**
 * The files that are meant: those that were named (of a folder all that are in it), else `AUDIT_FILE`, else that of the sandbox;
 * of each file also what was put aside of it, and the checkpoints beside. Throws `TenantFailure` where there is none.
 */
export const auditFiles = async (named: readonly string[], places: AuditPlaces): Promise<string[]> => {
  const own = named.length > 0 ? named.map((file) => resolve(places.folder, file)) : ownFile(places)
  const all = await Promise.all(own.map(filesOf))
  return [...new Set(all.flat())]
}

const ownFile = ({ folder, env, sandboxFolder }: AuditPlaces): string[] => {
  if (env.AUDIT_FILE) return [resolve(folder, env.AUDIT_FILE)]
  if (sandboxFolder !== undefined) return [join(sandboxFolder, 'audit.jsonl')]
  throw wrongUse('Which file? Name it, or set AUDIT_FILE.')
}

const filesOf = async (path: string): Promise<string[]> => {
  const found = await stat(path).catch((thrown: NodeJS.ErrnoException) => {
    throw new TenantFailure(`${path} cannot be read (${thrown.code ?? 'unknown'}).`, { exitCode: 2 })
  })
  if (found.isDirectory()) {
    const entries = await readdir(path, { recursive: true, withFileTypes: true })
    return entries
      .filter((each) => each.isFile() && !/\.(pem|key|jwk)$/.test(each.name))
      .map((each) => join(each.parentPath, each.name))
      .sort()
  }
  const name = basename(path)
  const beside = await readdir(dirname(path)).catch(() => [])
  return beside
    .filter((each) => each === name || (each.startsWith(name) && putAside.test(each.slice(name.length))))
    .map((each) => join(dirname(path), each))
    .sort()
}

/** What follows the name of a file in those that the gateway puts beside it. */
const putAside = /^(\.\d{8}T\d{9}Z)?(\.checkpoints)?(\.gz)?$/
