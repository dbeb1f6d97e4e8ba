/** One plain line of at most 120 characters out of an operation's documentation; `fallback` where it has none. */
export const summaryOf = (docs: string, fallback: string): string => {
  const text = plain(docs)
  const sentence = firstSentence(text)
  return shorten(sentence === '' ? fallback : sentence)
}

/** Words of an operation's name, such as `describe VPC endpoints`. */
export const wordsOf = (name: string): readonly string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[\s_-]+/)

const limit = 120

/** Notes and lists are about special cases, so the line ends where the first begins. */
const plain = (docs: string): string =>
  docs
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .split(/\n@(?:example|public|throws|see)/, 1)
    .join('')
    .replace(/<(note|important|caution|dl|ul|ol)>[\s\S]*?<\/\1>/g, ' ')
    .replace(/\{@link (\w+?)(?:Command)?\}/g, '$1')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/&#?\w+;/g, ' ')
    // Documentation comments escape braces and stars.
    .replace(/\\([{}@*/])/g, '$1')
    .replace(/\p{Cc}|\p{Cf}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()

/** A point ends it only before a space and a capital, and not after an abbreviation. */
const firstSentence = (text: string): string => {
  for (const { index } of text.matchAll(/[.:](?=\s+["'(]?[A-Z]|$)/g)) {
    const sentence = text.slice(0, index)
    if (/\b(e\.g|i\.e|etc|vs|U\.S|No)$/.test(sentence) || sentence.length < 12) continue
    return sentence
  }
  return text.replace(/[.:]$/, '')
}

const shorten = (sentence: string): string => {
  const own = sentence
    .replace(/^(?:This (?:action|operation|API|API operation|command)|The \w+ (?:action|operation|API)) /, '')
    .replace(/ \((?:for example|such as)[^)]*\)/g, '')
    .replace(/\b(?:Amazon Web Services|Amazon|AWS) (?=\p{L})/gu, (found) =>
      found.startsWith('Amazon Web') ? 'AWS ' : '',
    )
  const line = own.charAt(0).toUpperCase() + own.slice(1)
  if (line.length <= limit) return line
  const cut = line.slice(0, limit - 1)
  return `${cut.slice(0, cut.lastIndexOf(' ')).replace(/[,;:]$/, '')}…`
}
