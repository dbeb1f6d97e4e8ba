import type { ApiOperation } from '@gateway/domain'

/** A service of the operation index with all of its operations. */
export interface IndexedService {
  readonly service: string
  readonly title: string
  /** Words that people use for it, separated by spaces. */
  readonly aliases: string
  readonly operations: readonly ApiOperation[]
  /** Further words that an operation can be found by, separated by spaces, by its name. */
  readonly words: ReadonlyMap<string, string>
}

/** As it lies in a file: an operation says neither its name nor an IAM action of the same name. */
export interface StoredService extends Omit<IndexedService, 'operations' | 'words'> {
  readonly operations: Readonly<Record<string, StoredOperation>>
}

type StoredOperation = Omit<ApiOperation, 'service' | 'operation' | 'iamActions'> &
  Partial<Pick<ApiOperation, 'iamActions'>> & {
    /** Further words that it can be found by; of no use to who calls it. */
    readonly words?: string
  }

/** Text of the file, one operation a line. */
export const storedText = ({ service, title, aliases, operations, words }: IndexedService): string => {
  const lines = operations.map((each) => {
    const more = words.get(each.operation)
    const line = { ...stored(each), ...(more && { words: more }) }
    return `${JSON.stringify(each.operation)}:${JSON.stringify(line)}`
  })
  const head = JSON.stringify({ service, title, aliases }).slice(0, -1)
  return `${head},"operations":{\n${lines.join(',\n')}\n}}\n`
}

/** One operation out of a file; undefined where it has none of that name. */
export const operationOf = (file: StoredService, operation: string): ApiOperation | undefined => {
  // A name such as `constructor` is no operation.
  if (!Object.hasOwn(file.operations, operation)) return undefined
  const stored = file.operations[operation]
  if (!stored) return undefined
  const { words: _, ...found } = stored
  const { service } = file
  return { service, operation, iamActions: [`${service}:${operation}`], ...found }
}

const stored = ({ service, operation, iamActions, ...rest }: ApiOperation): StoredOperation => {
  const [first, ...more] = iamActions
  const same = more.length === 0 && first === `${service}:${operation}`
  return { ...(!same && { iamActions }), ...rest }
}
