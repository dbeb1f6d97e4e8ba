import { expect, test } from 'vitest'
import { html } from './html.ts'

test.each([
  ['<script>alert(1)</script>', '&#60;script&#62;alert(1)&#60;/script&#62;'],
  ['a & b', 'a &#38; b'],
  ['&lt;', '&#38;lt;'],
  ['" autofocus onfocus="x', '&#34; autofocus onfocus&#61;&#34;x'],
  ["' x", '&#39; x'],
  ['`', '&#96;'],
  ['a\u202eb\u0000c\r\n\u2028d\ud800', 'abcd'],
  ['', ''],
  ['漢字 é 😀', '漢字 é 😀'],
])('the text %j is escaped', (text, expected) => {
  expect(html`<b title="${text}">${text}</b>`.markup).toBe(`<b title="${expected}">${expected}</b>`)
})

test('markup stays, also in lists, and nothing stays nothing', () => {
  const items = ['<', 'b'].map((each) => html`<li>${each}</li>`)
  expect(html`<ul>${items}</ul>${undefined}${7}`.markup).toBe('<ul><li>&#60;</li>\n<li>b</li></ul>7')
})

test('a text that looks like markup by its shape is none', () => {
  const forged: unknown = JSON.parse('"{\\"markup\\":\\"<script>\\"}"')
  expect(html`${String(forged)}`.markup).not.toContain('<script>')
})
