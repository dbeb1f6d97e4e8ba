import { randomUUID } from 'node:crypto'
import { lstat, open, rename, rm } from 'node:fs/promises'
import { TenantFailure } from './tenant/tenant-failure.ts'

/**
 * Writes `text` to `file` with this mode, all of it or nothing, also where the file of that name had another mode before.
 * Throws `TenantFailure`, which calls the file `name`.
 */
export const writeWholeFile = async (
  file: string,
  text: string,
  { name, mode }: { readonly name: string; readonly mode: number },
): Promise<void> => {
  const failed = (thrown: NodeJS.ErrnoException): never => {
    throw new TenantFailure(`${name} cannot be written (${thrown.code ?? 'unknown'}).`)
  }
  const there = await lstat(file).catch((thrown: NodeJS.ErrnoException) =>
    thrown.code === 'ENOENT' ? undefined : failed(thrown),
  )
  // A device or a pipe would be replaced, and a link may lead to where others read.
  if (there && !there.isFile()) {
    throw new TenantFailure(`${name} is there already and is no plain file. Name another file.`)
  }
  // Nobody can have made this one before.
  const partial = `${file}.${randomUUID()}.partial`
  try {
    const handle = await open(partial, 'wx', mode)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
  } catch (thrown) {
    await rm(partial, { force: true }).catch(() => undefined)
    failed(thrown as NodeJS.ErrnoException)
  }
}
