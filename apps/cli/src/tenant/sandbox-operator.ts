import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const ready = z.looseObject({ operator: z.looseObject({ token: z.string(), adminUrl: z.string() }) })

export type SandboxOperator = z.infer<typeof ready>['operator']

/**
 * The operator whom a running sandbox has signed in, by its `ready.json`; undefined where none runs, or one that has no
 * operator.
 */
export const sandboxOperator = async (folder: string | undefined): Promise<SandboxOperator | undefined> => {
  if (folder === undefined) return undefined
  try {
    return ready.parse(JSON.parse(await readFile(join(folder, 'ready.json'), 'utf8'))).operator
  } catch {
    // Not there, half of another time, or of a sandbox with the person's own account.
    return undefined
  }
}
