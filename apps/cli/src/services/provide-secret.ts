import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'

/**
 * Makes a secret that this container shares with the next one by a file, once; one that is there stays. Gives it:
 * 32 random bytes as base64, the form that a state key has.
 */
export const provideSecret = async (file: string): Promise<string> => {
  const partial = `${file}.${process.pid}.partial`
  await writeFile(partial, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  try {
    // Unlike a rename, a link replaces nothing.
    await link(partial, file)
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
  } finally {
    await rm(partial, { force: true })
  }
  return (await readFile(file, 'utf8')).trim()
}
