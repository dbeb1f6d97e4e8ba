import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Answered, Person } from './person.ts'

/** What a model pays, at about four characters to a token. */
const tokensOf = (text: string): number => Math.ceil(text.length / 4)

/** Sizes of a run, in tokens. */
export interface AnswerSizes {
  readonly list: number
  readonly median: number
  readonly largest: number
}

/** Tokens of what hosts show of a list of tools: name, description and input schema of each. */
export const listTokens = ({ tools }: Awaited<ReturnType<Person['listTools']>>): number =>
  tools.reduce(
    (sum, { name, description, inputSchema }) =>
      sum + tokensOf(JSON.stringify({ name, description, inputSchema })),
    0,
  )

/** Measures answers as a model reads them, or as hosts that show the structured content too (`whole`). */
export const sizesOf = (list: number, answers: readonly (readonly [string, Answered])[]) => {
  const rows = answers
    .map(([tool, { text, result }]) => ({
      tool,
      text: tokensOf(text),
      whole: tokensOf(JSON.stringify(result)),
    }))
    .sort((one, other) => other.text - one.text)
  const of = (kind: 'text' | 'whole'): AnswerSizes => {
    const sizes = rows.map((row) => row[kind]).sort((one, other) => one - other)
    return { list, median: sizes[Math.floor(sizes.length / 2)] ?? 0, largest: sizes.at(-1) ?? 0 }
  }
  return { rows, text: of('text'), whole: of('whole') }
}

/** Writes them where people and CI look for what a run has measured. */
export const writeSizes = (file: string, { rows, text, whole }: ReturnType<typeof sizesOf>): void => {
  mkdirSync(dirname(file), { recursive: true })
  const lines = [
    `tools/list ${text.list} tokens`,
    `${rows.length} answers, text: median ${text.median}, largest ${text.largest}`,
    `${rows.length} answers, whole: median ${whole.median}, largest ${whole.largest}`,
    '',
    'text whole tool',
    ...rows.map((row) => `${row.text} ${row.whole} ${row.tool}`),
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
}
