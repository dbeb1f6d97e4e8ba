import { chainNameOf, type FoundLine, foundLineOf, recordIn } from './found-line.ts'
import { readLines } from './read-lines.ts'

/** What a file has of which chains, as far as it tells where the file stands among others. */
export interface FilePieces {
  readonly file: string
  /** Of its first record or checkpoint; empty where it has none. */
  readonly time: string
  /** By chain, records and checkpoints apart: the `seq` that the piece begins with. */
  readonly begins: ReadonlyMap<string, number>
}

type CheckpointLine = Extract<FoundLine, { kind: 'checkpoint' }>

/** Reads a file for its pieces; told of each checkpoint on the way. Throws where it cannot be read. */
export const piecesOf = async (
  file: string,
  onCheckpoint: (line: CheckpointLine) => void = () => undefined,
): Promise<FilePieces> => {
  let time: string | undefined
  const begins = new Map<string, number>()
  const begin = (name: string, seq: number, ts: string): void => {
    time ??= ts
    if (!begins.has(name)) begins.set(name, seq)
  }
  for await (const lines of readLines(file)) {
    for (const { bytes } of lines) {
      if (!bytes) continue
      const record = recordIn(bytes)
      if (record) {
        begin(`record ${chainNameOf(record.tenant_id, record.gateway.instance)}`, record.seq, record.ts)
        continue
      }
      const line = foundLineOf(bytes)
      if (line.kind !== 'checkpoint') continue
      const { tenant_id, instance, first_seq, ts } = line.signed.checkpoint
      begin(`checkpoint ${chainNameOf(tenant_id, instance)}`, first_seq, ts)
      onCheckpoint(line)
    }
  }
  return { file, time: time ?? '', begins }
}

/** Names of the files of an order in which each chain goes on where it ends; a clock may have gone back meanwhile. */
export const inOrder = (files: readonly FilePieces[]): string[] => {
  const byTime = files.toSorted((a, b) => compare(a.time, b.time) || compare(a.file, b.file))
  const before = filesBefore(byTime)
  const ordered = new Set<string>()
  const begun = new Set<FilePieces>()
  for (const each of byTime) {
    const path = [each]
    for (let last = path.at(-1); last; last = path.at(-1)) {
      begun.add(last)
      // Where the order goes in a circle, which no gateway writes, the time decides.
      const left = before.get(last)
      while (left?.[0] && begun.has(left[0])) left.shift()
      if (left?.[0]) path.push(left[0])
      else {
        ordered.add(last.file)
        path.pop()
      }
    }
  }
  return [...ordered]
}

/** Files by the `seq` of the chains in them, then by time, whatever order rotation has named them in. Throws for one that cannot be read. */
export const filesInOrder = async (files: readonly string[]): Promise<string[]> => {
  if (files.length < 2) return [...files]
  const pieces: FilePieces[] = []
  for (const file of files) pieces.push(await piecesOf(file))
  return inOrder(pieces)
}

/** For each file those that have the piece before one of its own. */
const filesBefore = (files: readonly FilePieces[]): Map<FilePieces, FilePieces[]> => {
  const chains = new Map<string, [number, FilePieces][]>()
  for (const each of files) {
    for (const [name, seq] of each.begins) {
      const pieces = chains.get(name) ?? []
      chains.set(name, pieces)
      pieces.push([seq, each])
    }
  }
  const before = new Map<FilePieces, Set<FilePieces>>()
  for (const pieces of chains.values()) {
    pieces.sort(([a], [b]) => a - b)
    for (const [i, [, each]] of pieces.entries()) {
      const [, earlier] = pieces[i - 1] ?? []
      if (earlier) before.set(each, (before.get(each) ?? new Set()).add(earlier))
    }
  }
  return new Map([...before].map(([each, earlier]) => [each, [...earlier]]))
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
