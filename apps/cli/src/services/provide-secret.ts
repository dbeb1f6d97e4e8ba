import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'

/**
 * Makes a secret that this container shares with the next one by a file, once; one that is there stays. Gives it:
 * 32 random bytes as base64, the form that a state key has.
 */
export const provideSecret = (file: string): Promise<string> =>
  provideOnce(file, randomBytes(32).toString('base64'))

/** Writes `text` to `file` for its owner alone, unless it is there already; gives what is there. */
export const provideOnce = async (file: string, text: string): Promise<string> => {
  const partial = `${file}.${process.pid}.partial`
  await writeFile(partial, `${text.trimEnd()}\n`, { mode: 0o600 })
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
