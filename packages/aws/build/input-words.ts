import type { ApiOperation } from '@gateway/domain'
import type { EnumFile } from '../src/api/enums.ts'
import { searchWords } from '../src/api/search-words.ts'
import type { SdkOperation } from './sdk-operations.ts'

/**
 * What an operation can be found by beside its name and summary: the members of its input and their values, each word once.
 * That ModifyDBInstance can change the storage is said nowhere else.
 */
export const inputWords = (
  { input }: SdkOperation,
  { operation, summary }: ApiOperation,
  enums: EnumFile,
): string => {
  if (!input) return ''
  const struct = input.getName() ?? ''
  const said = new Set([...searchWords(operation), ...searchWords(summary)])
  const found = new Set<string>()
  for (const [member] of input.structIterator()) {
    const known = [enums.members[struct]?.[member], enums.keys?.[struct]?.[member]]
    const values = known.flatMap((name) => (name === undefined ? [] : (enums.values[name] ?? [])))
    const texts = [member, ...(values.length <= mostValues ? values.filter(isWord) : [])]
    for (const word of texts.flatMap(searchWords))
      if (word.length > 2 && !said.has(word) && !everywhere.has(word)) found.add(word)
  }
  return [...found].slice(0, mostWords).join(' ')
}

const mostValues = 30
const mostWords = 40

/** Those without digits, as search words are asked for. */
const isWord = (value: string): boolean => /^[A-Za-z_ -]+$/.test(value)

/** Words of members that every other operation has. */
const everywhere: ReadonlySet<string> = new Set(
  searchWords(
    'token max result results next dry run client marker page limit request name arn type filter filters tag tags id ids items',
  ),
)
