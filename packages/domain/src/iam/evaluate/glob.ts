/** `*` or `?` of a pattern, in place of a text. */
export interface Wildcard {
  readonly wildcard: '*' | '?'
}

/** What stands between two `*`. */
interface Piece {
  readonly size: number
  /** Whether it stands at `at`, where there is room for it. */
  fits(text: string, at: number): boolean
  /** The first place at or after `from` where it stands and ends before `end`; -1 for none. */
  find(text: string, from: number, end: number): number
}

/**
 * How to find out whether a pattern, of texts taken as they are and wildcards, stands for the whole of a text. It takes time in
 * proportion to their lengths: each piece is sought once, from where the one before it ended, and nothing is ever tried again.
 */
export const globTest = (parts: readonly (string | Wildcard)[]): ((text: string) => boolean) => {
  const [first = [], ...rest] = piecesOf(parts).map(textOrParts)
  const last = rest.pop()
  const middle = rest.filter(({ length }) => length > 0).map(pieceOf)
  // What most patterns are: a text, or one and then anything.
  if (typeof first === 'string' && middle.length === 0) {
    if (last === undefined) return (text) => text === first
    if (last === '') return (text) => text.startsWith(first)
  }
  return globOf(pieceOf(first), middle, last === undefined ? undefined : pieceOf(last))
}

const globOf =
  (first: Piece, middle: readonly Piece[], last: Piece | undefined) =>
  (text: string): boolean => {
    if (last === undefined) return text.length === first.size && first.fits(text, 0)
    const end = text.length - last.size
    if (end < first.size || !first.fits(text, 0) || !last.fits(text, end)) return false
    let from = first.size
    for (const piece of middle) {
      const found = piece.find(text, from, end)
      if (found < 0) return false
      from = found + piece.size
    }
    return true
  }

const piecesOf = (parts: readonly (string | Wildcard)[]): (string | Wildcard)[][] => {
  const pieces: (string | Wildcard)[][] = [[]]
  for (const part of parts) {
    if (typeof part === 'object' && part.wildcard === '*') pieces.push([])
    else if (part !== '') pieces.at(-1)?.push(part)
  }
  return pieces
}

/** Joined to one text where there is no `?`. */
const textOrParts = (parts: readonly (string | Wildcard)[]): string | readonly (string | Wildcard)[] =>
  parts.every((part) => typeof part === 'string') ? parts.join('') : parts

const pieceOf = (piece: string | readonly (string | Wildcard)[]): Piece => {
  if (typeof piece === 'string') return textPiece(piece)
  const codes = piece.flatMap((part) =>
    typeof part === 'object' ? [anyCode] : Array.from({ length: part.length }, (_, i) => part.charCodeAt(i)),
  )
  return openPiece(codes)
}

const textPiece = (piece: string): Piece => ({
  size: piece.length,
  fits: (text, at) => text.startsWith(piece, at),
  find(text, from, end) {
    const found = text.indexOf(piece, from)
    return found >= 0 && found + piece.length <= end ? found : -1
  },
})

/** In place of the code of a character: any. */
const anyCode = -1

/** A piece with `?` in it, sought with one bit for each of its characters (Shift-And, Baeza-Yates and Gonnet 1992). */
const openPiece = (codes: readonly number[]): Piece => {
  const words = Math.ceil(codes.length / 32)
  const [lastWord, lastBit] = [words - 1, 1 << ((codes.length - 1) % 32)]
  const maskOf = (wanted: number): Uint32Array => {
    const mask = new Uint32Array(words)
    codes.forEach((code, i) => {
      if (code === anyCode || code === wanted) mask[i >> 5] = (mask[i >> 5] ?? 0) | (1 << (i % 32))
    })
    return mask
  }
  return {
    size: codes.length,
    fits: (text, at) => codes.every((code, i) => code === anyCode || code === text.charCodeAt(at + i)),
    find(text, from, end) {
      const masks = new Map<number, Uint32Array>()
      const state = new Uint32Array(words)
      for (let at = from; at < end; at++) {
        const code = text.charCodeAt(at)
        const mask = masks.get(code) ?? maskOf(code)
        masks.set(code, mask)
        let carry = 1
        for (let word = 0; word < words; word++) {
          const before = state[word] ?? 0
          state[word] = ((before << 1) | carry) & (mask[word] ?? 0)
          carry = before >>> 31
        }
        if (((state[lastWord] ?? 0) & lastBit) !== 0) return at - codes.length + 1
      }
      return -1
    },
  }
}
