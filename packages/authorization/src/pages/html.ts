/** Markup that we wrote, in which every text of others is already escaped. */
export interface Html {
  readonly markup: string
}

type Part = Html | string | number | undefined | readonly Html[]

/** Markup from a template: texts in it are escaped for elements and quoted attributes, markup stays, undefined is nothing. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: texts.map((text, at) => text + markupOf(parts[at])).join(''),
})

const markupOf = (part: Part): string => {
  if (part === undefined) return ''
  if (typeof part !== 'object') return escaped(String(part))
  return 'markup' in part ? part.markup : part.map((each) => each.markup).join('\n')
}

/**
 * A reference for each character that could end a text or an attribute, in either kind of quotes or in none. Control, format and
 * direction characters are left out: wherever they come from, they only mislead.
 */
const escaped = (text: string): string =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, '')
    .replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`)
