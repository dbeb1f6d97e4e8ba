import type { OperationClass } from '@gateway/domain'
import { distanceOf } from './distance.ts'
import type { StoredService } from './indexed-service.ts'
import { fitOf, intentOf, worthOf } from './search-intent.ts'
import { queryWords, searchWords, synonymsOf } from './search-words.ts'

/** Where operations are found by what somebody wants done. */
export interface SearchIndex {
  /** Best first. */
  find(query: string, options: SearchOptions): readonly FoundOperation[]
}

export interface SearchOptions {
  /** Absent means all. */
  readonly services?: readonly string[] | undefined
  readonly limit: number
}

export interface FoundOperation {
  readonly service: string
  readonly operation: string
}

/**
 * Indexes names, summaries and services of all operations. Not by a search library: with MiniSearch it found as much, but
 * took three times as long to build, while which every other caller waits, and to ask.
 */
export const createSearchIndex = (services: readonly StoredService[]): SearchIndex => {
  const entries: FoundOperation[] = []
  const terms = new Map<string, Posting[]>()
  // An operation whose name has few words is the usual one of its kind.
  const brevity: number[] = []
  const classes: OperationClass[] = []
  for (const { title, aliases, service, operations } of services) {
    const ofService = new Set(searchWords(`${service} ${title} ${aliases}`))
    for (const [operation, { summary, access, withoutRole, words }] of Object.entries(operations)) {
      const ofName = new Set(searchWords(operation))
      const weights = new Map<string, number>()
      const add = (words: ReadonlySet<string>, weight: number) => {
        for (const word of words) weights.set(word, (weights.get(word) ?? 0) + weight)
      }
      add(new Set(words?.split(' ')), weightOf.input)
      add(new Set(searchWords(summary)), weightOf.summary)
      add(ofService, weightOf.service)
      add(ofName, weightOf.name)
      for (const [word, weight] of weights) {
        const postings = terms.get(word)
        if (postings) postings.push([entries.length, weight])
        else terms.set(word, [[entries.length, weight]])
      }
      brevity.push(1 / (1 + ofName.size / 6))
      classes.push(withoutRole ?? access)
      entries.push({ service, operation })
    }
  }

  /** What a word of a query finds: itself, what it stands for, or where it is unknown, what is written alike. */
  const alternatives = (word: string): readonly Alternative[] => {
    const others = synonymsOf(word).map((term): Alternative => [term, shareOf.synonym])
    if (terms.has(word)) return [[word, 1], ...others]
    if (others.length > 0 || word.length < 5) return others
    // Two letters that changed places are two changes.
    const most = word.length > 5 ? 2 : 1
    return [...terms.keys()]
      .filter((term) => distanceOf(word, term, most) <= most)
      .map((term) => [term, shareOf.typo])
  }

  return {
    find(query, { services: wanted, limit }) {
      const words = [...new Set(queryWords(query.slice(0, maxQuery)))].slice(0, maxWords)
      const intent = intentOf(query.slice(0, maxQuery))
      const scores = new Float64Array(entries.length)
      const counts = new Float64Array(entries.length)
      const ofWord = new Float64Array(entries.length)
      for (const word of words) {
        const worth = worthOf(intent, word)
        const touched: number[] = []
        for (const [term, share] of alternatives(word)) {
          const postings = terms.get(term) ?? []
          const value = worth * share * Math.log(1 + entries.length / (postings.length + 1))
          for (const [entry, weight] of postings) {
            const score = value * weight
            const other = ofWord[entry] ?? 0
            if (other === 0) touched.push(entry)
            ofWord[entry] = Math.max(score, other) + Math.min(score, other) * shareOf.other
          }
        }
        for (const at of touched) {
          scores[at] = (scores[at] ?? 0) + (ofWord[at] ?? 0)
          counts[at] = (counts[at] ?? 0) + 1
          ofWord[at] = 0
        }
      }
      const name = query.trim().toLowerCase()
      const best: { readonly entry: FoundOperation; readonly score: number }[] = []
      for (let at = 0; at < scores.length; at++) {
        const sum = scores[at] ?? 0
        const entry = entries[at]
        if (sum === 0 || !entry || (wanted && !wanted.includes(entry.service))) continue
        const exact = entry.operation.toLowerCase() === name ? 2 : 1
        const found = 1 - coverage + (coverage * (counts[at] ?? 0)) / words.length
        const score = sum * (brevity[at] ?? 0) * exact * found * fitOf(intent, classes[at] ?? 'write')
        // Sorting all that has one of the words would take longer than all the rest.
        if (best.length >= limit && score <= (best.at(-1)?.score ?? 0)) continue
        const place = best.findIndex((each) => each.score < score)
        best.splice(place < 0 ? best.length : place, 0, { entry, score })
        if (best.length > limit) best.pop()
      }
      return best.map(({ entry }) => entry)
    },
  }
}

/** How much a word says where it is found. */
const weightOf = { name: 3, service: 3, summary: 0.7, input: 0.5 }
/** How much a word says that is not the one that was asked for, or that is found beside it. */
const shareOf = { synonym: 0.9, typo: 0.8, other: 0.7 }
/** Part of a score that goes with how many of the words are found at all. */
const coverage = 0.3

// A question is a sentence, and each of its words costs time.
const maxQuery = 500
const maxWords = 24

type Posting = readonly [entry: number, weight: number]
type Alternative = readonly [term: string, share: number]
