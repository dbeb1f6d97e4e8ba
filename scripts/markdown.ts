/** A fenced block of code. */
export interface Block {
  /** Word after the fence; empty where there is none. */
  readonly language: string
  readonly text: string
  /** Line of its fence, from 1. */
  readonly line: number
}

/** Fenced blocks of a page, in their order (CommonMark 0.31 section 4.5, without indented fences). */
export const blocksIn = (page: string): Block[] =>
  [...page.matchAll(fenced)].map(({ index, groups = {} }) => ({
    language: groups.language ?? '',
    text: groups.text ?? '',
    line: page.slice(0, index).split('\n').length,
  }))

/** Where the links of a page lead, as written; what stands in code is no link. */
export const linksIn = (page: string): string[] =>
  [...withoutCode(page).matchAll(/\]\((?<to>[^()\s]+)\)/g)].map(({ groups }) => groups?.to ?? '')

/** Anchors of a page's headings, as GitHub makes them. */
export const headingsIn = (page: string): string[] => {
  const seen = new Map<string, number>()
  return [...page.replace(fenced, '').matchAll(/^#{1,6} +(?<text>.+)$/gm)].map(({ groups }) => {
    const anchor = (groups?.text ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-')
    const times = seen.get(anchor) ?? 0
    seen.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  })
}

const fenced = /^(?<fence>`{3,})(?<language>[\w-]*)[^\n]*\n(?<text>[\s\S]*?)^\k<fence>`*[ \t]*$/gm

const withoutCode = (page: string): string => page.replace(fenced, '').replace(/`[^`\n]*`/g, '')
