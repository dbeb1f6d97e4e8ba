/**
 * A line without what differs from one time to the next: numbers, times, ids, addresses. Lines that say the same have
 * the same pattern. Takes time in proportion to the line, whoever wrote it.
 */
export const logPattern = (line: string): string =>
  line.replace(words, placeholderOf).replace(/\s+/g, ' ').trim()

/** Each is looked at on its own, by expressions that read it once from its start. */
const words = /[A-Za-z0-9_.:+-]+/g

/** Longer ones are no number or id that anybody writes. */
const longestWord = 200

/** What is told by its form; the first that fits says what a word is. */
const forms: readonly (readonly [placeholder: string, fits: RegExp | ((word: string) => boolean)])[] = [
  ['<uuid>', /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  // AWS X-Ray Developer Guide, "Tracing header".
  ['<id>', /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i],
  ['<time>', /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/],
  ['<time>', /^\d{1,2}:\d\d:\d\d(\.\d{1,9})?Z?$/],
  ['<ip>', /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(:\d{1,5})?$/],
  [
    '<ip>',
    (word) => /^[0-9a-f:]{2,39}$/i.test(word) && (word.includes('::') || word.split(':').length === 8),
  ],
  ['<hex>', /^0x[0-9a-f]+$/i],
  ['<n>', /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i],
  // Eight letters and digits of hex are no word, and letters alone may be one.
  ['<hex>', (word) => /^[0-9a-f]{8,}$/i.test(word) && /[a-f]/i.test(word) && /\d/.test(word)],
  ['<id>', (word) => word.length >= 20 && /^[\w+-]+$/.test(word) && mixed(word)],
]

/** Letters follow digits again and again, as in ids that are drawn by lot. */
const mixed = (word: string): boolean => (word.match(/\d[A-Za-z]/g)?.length ?? 0) >= 3

const placeholderOf = (word: string): string => {
  // Punctuation that a sentence puts after a word is no part of it.
  const end = /[.:+-]+$/.exec(word.slice(-8))?.[0] ?? ''
  const core = word.slice(0, word.length - end.length)
  if (core.length <= longestWord) {
    for (const [placeholder, fits] of forms) {
      if (typeof fits === 'function' ? fits(core) : fits.test(core)) return placeholder + end
    }
  }
  // `user42` and `12.5ms` keep their letters.
  return core.replace(/\d+/g, '<n>').replaceAll('<n>.<n>', '<n>') + end
}
