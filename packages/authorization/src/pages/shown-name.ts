/**
 * A name that strangers chose, fit to stand in a sentence of ours: one line without control, format or direction
 * characters, without quotation marks that could seem to end it and marks piled upon a letter, and at most `longest`
 * characters. Undefined where nothing readable is left.
 */
export const shownName = (name: string | undefined, longest = 60): string | undefined => {
  if (name === undefined) return undefined
  // Patterns look at a bounded text.
  const clean = name
    .slice(0, 4096)
    .toWellFormed()
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, (run) => (/[\t\n\r\u0085\u2028\u2029]/.test(run) ? ' ' : ''))
    .replace(/["\u00ab\u00bb\u2018-\u201f\u2039\u203a\u275b-\u275e\u301d-\u301f\uff02]/g, "'")
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    // These look like nothing, and are letters or symbols to Unicode.
    .replace(/[\u115f\u1160\u2800\u3164\uffa0\ufffd]+/g, '')
    .replace(/[\s\p{Z}]+/gu, ' ')
    .trim()
  if (!/[\p{L}\p{N}\p{S}\p{P}]/u.test(clean)) return undefined
  const characters = Array.from(clean)
  return characters.length <= longest
    ? clean
    : `${characters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
}

/**
 * Text of others as one line, with its quotation marks: in it they end where a quotation ends. It never stands in quotation marks
 * of ours.
 */
export const lineOf = (text: string, longest: number): string => {
  const line = text
    .slice(0, 4096)
    .toWellFormed()
    .replace(/[\s\p{Z}\p{Cc}\u115f\u1160\u2800\u3164\uffa0]+/gu, ' ')
    .trim()
  if (line.replace(/[\p{C}\p{M}]/gu, '') === '') return '(nothing that can be read)'
  const characters = Array.from(line)
  return characters.length <= longest ? line : `${characters.slice(0, longest - 1).join('')}…`
}
