import { type Bounded, boundedBy } from './bounded-words.ts'
import type { Metric } from './metric-table.ts'

/** What is counted of one metric, for each combination of words of its labels. */
export interface SeriesOf<Counted> {
  /** The series of these words, in the order of the labels; words that a label does not have are bounded first. */
  at(words: readonly string[]): Counted
  all(): Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly counted: Counted }>
}

/**
 * Series that are found by one look-up for each label: no key is put together for each event, as the library does, since each
 * call of a tool counts a dozen of them.
 */
export const createSeries = <Counted>(
  { labels }: Metric,
  { names, make }: { readonly names: readonly string[]; make(): Counted },
): SeriesOf<Counted> => {
  const labelNames = Object.keys(labels)
  const bounds: readonly Bounded[] = Object.values(labels).map((values) => boundedBy(values, names))
  const every: { labels: Record<string, string>; counted: Counted }[] = []
  const root: Node<Counted> = { next: new Map() }

  const added = (words: readonly string[]): Counted => {
    const counted = make()
    every.push({ labels: Object.fromEntries(labelNames.map((name, n) => [name, words[n] ?? ''])), counted })
    return counted
  }
  return {
    at(words) {
      let node = root
      let n = 0
      for (const bound of bounds) {
        const word = bound(words[n++] ?? 'none')
        let next = node.next.get(word)
        if (!next) {
          next = { next: new Map() }
          node.next.set(word, next)
        }
        node = next
      }
      node.counted ??= added(words.map((word, at) => bounds[at]?.(word) ?? ''))
      return node.counted
    },
    all: () => every,
  }
}

interface Node<Counted> {
  counted?: Counted
  readonly next: Map<string, Node<Counted>>
}
