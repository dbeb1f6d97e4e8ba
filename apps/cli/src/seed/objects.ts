import { gzipSync, strToU8 } from 'fflate'
import type { ObjectData } from './account-data.ts'

export const text = (key: string, body: string): ObjectData => ({ key, contentType: 'text/plain', body })

export const html = (key: string, body: string): ObjectData => ({ key, contentType: 'text/html', body })

export const json = (key: string, value: unknown): ObjectData => ({
  key,
  contentType: 'application/json',
  body: JSON.stringify(value, null, 2),
})

/** A CSV file of `rows` lines, for what no answer can show in full. */
export const csv = (key: string, header: string, rows: number): ObjectData => {
  const columns = header.split(',').length
  const line = (row: number) =>
    Array.from({ length: columns }, (_, column) => (column === 0 ? row : (row * 37 * column) % 1000)).join(
      ',',
    )
  const lines = Array.from({ length: rows }, (_, row) => line(row + 1))
  return { key, contentType: 'text/csv', body: `${[header, ...lines].join('\n')}\n` }
}

export const gzip = (key: string, content: string): ObjectData => ({
  key,
  contentType: 'application/gzip',
  // A fixed time, so that the same content gives the same bytes.
  body: gzipSync(strToU8(content), { mtime: '2026-01-01' }),
})

/** A picture of one pixel. */
export const png = (key: string): ObjectData => ({
  key,
  contentType: 'image/png',
  body: Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
})

/** `count` objects that differ in their number only. */
export const numbered = (count: number, make: (number: string) => ObjectData): ObjectData[] =>
  Array.from({ length: count }, (_, index) => make(String(index + 1).padStart(4, '0')))
