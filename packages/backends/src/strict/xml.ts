/** Text of the first element `tag` that holds nothing but text. */
export const textOf = (xml: string, tag: string): string | undefined => textsOf(xml, tag)[0]

/** Texts of all those elements, in order. */
export const textsOf = (xml: string, tag: string): string[] =>
  [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, 'g'))].map(([, text = '']) => unescaped(text))

/** Makes a text safe between tags. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

const unescaped = (text: string): string =>
  text.replaceAll(/&(#(\d+)|\w+);/g, (whole, name: string, code?: string) =>
    code ? String.fromCodePoint(Number(code)) : (entities[name] ?? whole),
  )
