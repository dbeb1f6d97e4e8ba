import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Canaries } from './canaries.ts'

/** What audit files hold, byte for byte: the records, and their checkpoints. */
export const auditTexts = async (
  files: readonly string[],
): Promise<{ readonly records: string; readonly checkpoints: string }> => {
  const [records, checkpoints]: [string[], string[]] = [[], []]
  for (const file of files)
    for (const name of await readdir(dirname(file))) {
      if (!name.startsWith(basename(file))) continue
      const text = await readFile(join(dirname(file), name), 'utf8')
      ;(name.endsWith('.checkpoints') ? checkpoints : records).push(text)
    }
  return { records: records.join('\n'), checkpoints: checkpoints.join('\n') }
}

/** A place that was searched, and for what: all canaries, or the secrets among them. */
export interface Searched {
  readonly sink: string
  readonly text: string
  readonly places?: ReadonlySet<string>
}

/** Searches every sink, writes to `.artifacts/canary.txt` what was planted and what was found, and gives the places found by sink. */
export const searchSinks = async (
  canaries: Canaries,
  sinks: readonly Searched[],
): Promise<Readonly<Record<string, readonly string[]>>> => {
  const found = sinks.map(({ sink, text, places }) => [sink, canaries.foundIn(text, places)] as const)
  const hits = new Map(found)
  const lines = [
    `planted: ${canaries.places.size}`,
    ...canaries.planted().map(([place, text]) => `  ${place}: ${JSON.stringify(text)}`),
    '',
    `searched: ${sinks.length} sinks, for each string as it is, in base64, hexadecimal, JSON and URLs`,
    ...sinks.map(({ sink, text, places }) => {
      const own = hits.get(sink) ?? []
      const what = places ? `the ${places.size} secrets of others` : 'all'
      return `  ${sink}: ${Buffer.byteLength(text)} bytes, for ${what}: ${own.length} hits ${own.join(', ')}`.trimEnd()
    }),
    '',
    `hits: ${found.reduce((sum, [, places]) => sum + places.length, 0)}`,
  ]
  const folder = join(import.meta.dirname, '..', '..', '..', '..', '.artifacts')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'canary.txt'), `${lines.join('\n')}\n`)
  return Object.fromEntries(found)
}
