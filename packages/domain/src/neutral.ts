/**
 * Text that cannot leave the fence or hide from a reader: fence tags lose their bracket, however they are spaced
 * or spelled; control and format characters (but tab and newline), variation selectors and separators of lines are
 * spelled out.
 */
export const neutral = (text: string): string =>
  text.replace(fenceTag, '&lt;').replace(hidden, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)

/**
 * `<aws-data` and `</aws-data` with spaces, escapes of them and characters that are not drawn anywhere in them. No two repetitions
 * of it can match the same characters, or `<` and 64 KB of spaces would take seconds.
 */
const fenceTag = (() => {
  const gap = '(?:[\\s\\p{DI}]|\\\\[nrt]|\\\\(?![nrt]))*'
  return new RegExp(`<(?=${gap}(/${gap})*${[...'aws-data'].join(gap)})`, 'giu')
})()

const hidden = new RegExp(
  [
    '(?![\\t\\n\\u200d\\ufe0f])[\\p{Cc}\\p{Cf}\\p{Variation_Selector}\\u2028\\u2029]',
    // What joins and colours emoji, and hides nothing there.
    '\\u200d(?!\\p{Extended_Pictographic})',
    '(?<!\\p{Extended_Pictographic})\\ufe0f',
  ].join('|'),
  'gu',
)
