/** One line of a result, by the keys of its columns. */
export type Row = Readonly<Record<string, string | number>>

/** A column of a table; `digits` after the point make it a column of numbers. */
export interface Column {
  readonly key: string
  readonly title: string
  readonly digits?: number
}

/** Rows as a Markdown table; a missing or unmeasured value is left empty. */
export const table = (columns: readonly Column[], rows: readonly Row[]): string =>
  [
    columns.map(({ title }) => title),
    columns.map(({ digits }) => (digits === undefined ? '---' : '---:')),
    ...rows.map((row) => columns.map((column) => cell(row[column.key], column))),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')

const cell = (value: string | number | undefined, { digits }: Column): string => {
  if (value === undefined || Number.isNaN(value)) return ''
  return typeof value === 'number' ? value.toFixed(digits ?? 0) : value
}
