import { randomBytes } from 'node:crypto'
import { link, rm, writeFile } from 'node:fs/promises'

/** Makes the key with which a gateway in the next container signs cursors, once; a key that is there stays. */
export const provideStateKey = async (file: string): Promise<void> => {
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
}
