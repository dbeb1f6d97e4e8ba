import { stripVTControlCharacters } from 'node:util'

/**
 * Text that a terminal only shows: names of tenants, and what a server answers, may have been written by anybody, and
 * must not move the cursor, set a title or reverse what is read. Tabs and line breaks stay.
 */
export const printable = (text: string): string =>
  stripVTControlCharacters(text.toWellFormed()).replaceAll('\r\n', '\n').replace(hidden, '')

/** The same on one line, for what stands inside of a sentence or a table. */
export const oneLine = (text: string): string => printable(text.replace(/[\s\p{Z}]+/gu, ' ')).trim()

/** JSON in which such characters are spelled out, so that nothing of the value is lost. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, undefined, 2).replace(hidden, escaped)

/** Control, format and separating characters (Unicode: Cc, Cf, Zl, Zp) but tab and line feed. */
const hidden = /(?![\t\n])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, i) => {
    const unit = character.charCodeAt(i).toString(16).padStart(4, '0')
    return `\\u${unit}`
  }).join('')

/** The same on one line. */
export const printableLine = (value: unknown): string => JSON.stringify(value).replace(hidden, escaped)
