import type { LabelValues } from './metric-table.ts'

/** Gives the value that a label has for a word: itself, or `other`. */
export type Bounded = (word: string) => string

/** What every label has for words that are none of its own. */
export const other = 'other'

/** Bounds the words of a label; `names` are those of the catalogue. */
export const boundedBy = (values: LabelValues, names: readonly string[]): Bounded => {
  if (typeof values === 'object' && 'most' in values) return firstOf(values.most)
  const known = new Set(values === 'names' ? [...names, 'none'] : values)
  return (word) => (known.has(word) ? word : other)
}

/** The first `most` different words as they are. */
const firstOf = (most: number): Bounded => {
  const seen = new Set<string>()
  return (word) => {
    if (seen.has(word)) return word
    if (seen.size >= most) return other
    seen.add(word)
    return word
  }
}
