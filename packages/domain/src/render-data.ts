/**
 * Data as short text: `name: value` lines, and lists of records as a table with its column names said once,
 * which costs a model about half the tokens of JSON.
 */
export const renderData = (data: unknown): string => {
  if (isRecord(data)) {
    return Object.entries(data)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => field(name, value))
      .join('\n')
  }
  return isTable(data) ? table(data) : listed(data)
}

const field = (given: string, value: unknown): string => {
  // Names may be of others too, and must not make lines either.
  const name = given.replaceAll('\n', '\\n')
  if (isTable(value)) return `${name} (${value.length}):\n${table(value)}`
  // Only a body may have lines of its own; in any other text they could pose as further fields.
  if (typeof value === 'string' && name === 'body') return `${name}:\n${value}`
  return `${name}: ${listed(value)}`
}

/** An empty list is an answer, and not a gap. */
const listed = (value: unknown): string =>
  Array.isArray(value) && value.length === 0 ? 'none' : scalar(value)

const table = (rows: readonly Record<string, unknown>[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const line = (cells: readonly unknown[]) => cells.map(cell).join(' | ')
  const filled = rows.reduce((sum, row) => sum + Object.keys(row).length, 0)
  // Records that have nothing in common would make a table of nothing but gaps, of the square of their length.
  if (columns.length * rows.length > 8 * filled + 64) return rows.map((row) => JSON.stringify(row)).join('\n')
  return [line(columns), ...rows.map((row) => line(columns.map((column) => row[column])))].join('\n')
}

const cell = (value: unknown): string => scalar(value).replaceAll('\n', '\\n').replaceAll('|', '\\|')

const scalar = (value: unknown): string => {
  if (value === undefined || value === null) return '-'
  if (typeof value === 'string') return value.includes('\n') ? JSON.stringify(value) : value
  if (Array.isArray(value) && value.every(isSimple)) return value.map(member).join(', ') || '-'
  if (isRecord(value) && Object.values(value).every((each) => isSimple(each) || isSimpleList(each))) {
    const pairs = Object.entries(value).map(([name, each]) => `${member(name)}=${memberOrList(each)}`)
    return pairs.join(', ') || '-'
  }
  return JSON.stringify(value)
}

const memberOrList = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(member).join(' ')}]` : member(value)

/** Quoted where it could be taken for more than one member: a tag's value must not look like another tag. */
const member = (value: unknown): string => {
  const text = String(value)
  return /^[^,="|[\]\n]+$/.test(text) ? text : JSON.stringify(text)
}

const isSimple = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)

const isSimpleList = (value: unknown): boolean => Array.isArray(value) && value.every(isSimple)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isTable = (value: unknown): value is readonly Record<string, unknown>[] =>
  Array.isArray(value) && value.length > 0 && value.every(isRecord)
