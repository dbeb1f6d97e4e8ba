import { oneLine } from './printable.ts'

/** Rows in columns, each two spaces apart; the last column is as long as it is. */
export const table = (rows: readonly (readonly string[])[], indent = ''): string[] => {
  const clean = rows.map((row) => row.map(oneLine))
  const widths = clean.reduce<number[]>(
    (all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)),
    [],
  )
  return clean.map((row) =>
    `${indent}${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')}`.trimEnd(),
  )
}
