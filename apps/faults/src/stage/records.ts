import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Recorded } from '../attempt.ts'

/** All records in the audit files of a folder; a line that a killed process did not finish is none. */
export const readRecords = async (folder: string): Promise<readonly Recorded[]> => {
  const names = await readdir(folder)
  const texts = await Promise.all(
    names.filter((name) => name.includes('.jsonl')).map((name) => readFile(join(folder, name), 'utf8')),
  )
  return texts.flatMap((text) => text.split('\n').flatMap((line) => recordIn(line) ?? []))
}

const recordIn = (line: string): Recorded | undefined => {
  try {
    const value = JSON.parse(line)
    return typeof value?.event === 'string' ? value : undefined
  } catch {
    return undefined
  }
}
