import { synonymTable } from './search-synonyms.ts'

/** Words of a text or of an operation's name in the one form in which they are compared. */
export const searchWords = (text: string): string[] => wordsOf(splitNames(text).toLowerCase())

/** Those of what somebody asks, in whose sentences some words mean something together only. */
export const queryWords = (text: string): string[] =>
  wordsOf(
    phrases.reduce((left, [phrase, word]) => left.replace(phrase, word), splitNames(text).toLowerCase()),
  )

/** Words that an API may use where somebody says `word`, which is in its compared form. */
export const synonymsOf = (word: string): readonly string[] => synonyms.get(word) ?? []

/** `DescribeDBInstances` is three words. */
const splitNames = (text: string): string =>
  text.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')

const phrases: readonly (readonly [RegExp, string])[] = [
  [/\bback(?:ing|ed)? up\b/g, 'backup'],
  [/\blog(?:ging|ged)? in(?:to)?\b/g, 'login'],
  [/\bshut(?:ting)? down\b/g, 'stop'],
  [/\bwho am i\b/g, 'whoami'],
  [/\bset up\b/g, 'create'],
  [/\b(?:turn|switch)(?:ed|ing)? off\b/g, 'disable'],
  [/\b(?:turn|switch)(?:ed|ing)? on\b/g, 'enable'],
  [/\bget rid of\b/g, 'delete'],
  [/\bhow (?:many|much|big|large|long)\b/g, 'number'],
  [/\broll(?:ing|ed)? back\b/g, 'rollback'],
  [/\btime out\b/g, 'timeout'],
  [/\bdead letters?\b/g, 'redrive'],
  [/\b(?:pitr|point[- ]in[- ]time recovery)\b/g, 'continuous backup'],
  [/\bttl\b/g, 'time to live'],
  [
    /\bwho (?:has |have )?(?:changed|created|deleted|did|made|modified|removed|started|stopped|terminated)\b/g,
    'audit',
  ],
]

const wordsOf = (text: string): string[] =>
  text
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !stopWords.has(word))
    .map(stem)

/** Plural and -ing, -ed forms become one; no more, since names of operations are short and exact. */
const stem = (word: string): string => {
  const { length } = word
  if (/^(?:ami|db|id|ip|vm)s$/.test(word)) return word.slice(0, -1)
  if (length < 4 || word.endsWith('ss') || word.endsWith('us') || word.endsWith('is')) return word
  const single = singular(word)
  // A finding is not found, nor does a setting set.
  if (nouns.has(single)) return single
  const cut = single.endsWith('ing') ? 3 : single.endsWith('ed') ? 2 : 0
  const base = cut > 0 && single.length - cut > 2 ? single.slice(0, -cut) : single
  // stopped, running
  const doubled = base !== single && base.at(-1) === base.at(-2) && 'bdgmnpt'.includes(base.at(-1) ?? '')
  const short = doubled ? base.slice(0, -1) : base
  return short.length > 3 && short.endsWith('e') ? short.slice(0, -1) : short
}

const nouns: ReadonlySet<string> = new Set(
  'billing building finding listing mapping pricing recording setting spending string training warning'.split(
    ' ',
  ),
)

const singular = (word: string): string => {
  if (!word.endsWith('s')) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return /(?:ch|sh|x|ss)es$/.test(word) ? word.slice(0, -2) : word.slice(0, -1)
}

const stopWords: ReadonlySet<string> = new Set(
  `a about all an and any anything are as at be been behind by can did do does every for from has have how i if in into is
  it its last long many me month more much my next not now of on one or our over please see should some specified than that
  the their them there these they this those three to up us use using via want was we what when where which who why will
  with you your am automatically current currently existing still unused waiting`.split(/\s+/),
)

const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(synonymTable).map(([word, others]) => [stem(word), others.split(' ').map(stem)]),
)
