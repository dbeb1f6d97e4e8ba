import type { Wildcard } from './glob.ts'

/** A pattern made ready to be compared with others: codes of characters, and wildcards. */
export type GlobTokens = readonly number[]

const any = -1
const anyNumber = -2
const anyButColon = -3
const anyNumberButColon = -4
const colon = 58

/**
 * Makes a pattern ready. With `withoutColon` its wildcards stand for no colon, as those of one segment of an ARN. Between two
 * characters each `?` is put before the `*`, of which one is enough: that changes nothing of what it stands for.
 */
export const globTokens = (
  parts: readonly (string | Wildcard)[],
  { withoutColon = false } = {},
): GlobTokens => {
  const [one, many] = withoutColon ? [anyButColon, anyNumberButColon] : [any, anyNumber]
  const tokens: number[] = []
  let open = false
  const close = () => {
    if (open) tokens.push(many)
    open = false
  }
  for (const part of parts) {
    if (typeof part === 'object') {
      if (part.wildcard === '*') open = true
      else tokens.push(one)
      continue
    }
    if (part === '') continue
    close()
    for (let i = 0; i < part.length; i++) tokens.push(part.charCodeAt(i))
  }
  close()
  return tokens
}

/** One pattern after the other. */
export const joinTokens = (all: readonly GlobTokens[]): GlobTokens =>
  all.flatMap((tokens, i) => (i === 0 ? tokens : [colon, ...tokens]))

/** Steps after which a comparison is given up: patterns made for that may not hold up a call. Names of AWS take hundreds. */
const mostSteps = 60_000

/**
 * Whether each text that `inner` stands for is one that `outer` does. False is no proof of the contrary: `*` is only taken for
 * what another `*` gives. Takes time in proportion to the product of the lengths at worst, and is given up where that is long.
 */
export const covers = (outer: GlobTokens, inner: GlobTokens): boolean => {
  let [at, from, steps] = [0, 0, 0]
  // Where the last `*` stood, and up to where it was filled: only that one is ever filled further.
  let [star, filled] = [-1, 0]
  while (from < inner.length) {
    const token = outer[at]
    if (steps++ === mostSteps) return false
    if (token === anyNumber) {
      star = at++
      filled = from
    } else if (token !== undefined && takes(token, inner[from] ?? anyNumber)) {
      at++
      from++
    } else if (star >= 0) {
      at = star + 1
      from = ++filled
    } else return false
  }
  while (outer[at] === anyNumber) at++
  return at === outer.length
}

const takes = (token: number, inner: number): boolean =>
  token === any ? !isMany(inner) : token >= 0 && token === inner

/**
 * Whether no text is one that both stand for. False where that would take too long to find out. Takes time in proportion to the
 * product of the lengths at worst: it walks through both at once and keeps the pairs of places that some text leads to.
 */
export const areDisjoint = (one: GlobTokens, other: GlobTokens): boolean => {
  // Where most part: before the first wildcard, or behind the last one.
  let start = 0
  while (isPlain(one[start]) && one[start] === other[start]) start++
  if (isPlain(one[start]) && isPlain(other[start])) return true
  let end = -1
  while (isPlain(one.at(end)) && one.at(end) === other.at(end)) end--
  if (isPlain(one.at(end)) && isPlain(other.at(end))) return true
  return !mayHaveCommonText(one.slice(start), other.slice(start))
}

const mayHaveCommonText = (one: GlobTokens, other: GlobTokens): boolean => {
  let [places, next] = [new Uint8Array(other.length + 2), new Uint8Array(other.length + 2)]
  places[0] = 1
  // Where the first and the last of them may be.
  let [first, last, steps] = [0, 0, 0]
  for (const a of one) {
    let [nextFirst, nextLast] = [other.length + 1, -1]
    for (let j = first; j <= last; j++) {
      if (steps++ === mostSteps) return true
      if (places[j] === 0) continue
      const b = other[j]
      const both = b !== undefined && meet(a, b)
      // A `*` may end, or both take one more character, after which a `*` stays where it is.
      if (isMany(b) || (both && isMany(a))) {
        places[j + 1] = 1
        last = Math.max(last, j + 1)
      }
      const reached = isMany(a) || (both && isMany(b)) ? j : both ? j + 1 : -1
      if (reached < 0) continue
      next[reached] = 1
      nextFirst = Math.min(nextFirst, reached)
      nextLast = Math.max(nextLast, reached)
    }
    if (nextLast < 0) return false
    places.fill(0, first, last + 1)
    ;[places, next, first, last] = [next, places, nextFirst, nextLast]
  }
  // What is left of the other may be nothing.
  let end = other.length
  while (end > 0 && places[end] === 0 && isMany(other[end - 1])) end--
  return places[end] === 1
}

const isPlain = (token: number | undefined): boolean => token !== undefined && token >= 0

const isMany = (token: number | undefined): boolean => token === anyNumber || token === anyNumberButColon

/** Whether there is a character that both stand for. */
const meet = (one: number, other: number): boolean => {
  if (one >= 0 && other >= 0) return one === other
  if (one >= 0) return one !== colon || other === any || other === anyNumber
  return other !== colon || one === any || one === anyNumber
}
