import { expect, test } from 'vitest'
import { table } from './table.ts'

test('rows become a Markdown table with the wanted digits; what is missing stays empty', () => {
  const columns = [
    { key: 'name', title: 'server' },
    { key: 'ratio', title: 'of its ceiling', digits: 2 },
  ]
  const rows = [
    { name: 'bare', ratio: 1 },
    { name: 'ours', ratio: 0.567 },
    { name: 'none', ratio: Number.NaN },
    { name: 'left out' },
  ]
  expect(table(columns, rows)).toMatchInlineSnapshot(`
    "| server | of its ceiling |
    | --- | ---: |
    | bare | 1.00 |
    | ours | 0.57 |
    | none |  |
    | left out |  |"
  `)
})
