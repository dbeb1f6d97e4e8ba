import { expect, test } from 'vitest'
import { lineOf, shownName } from './shown-name.ts'

test.each([
  ['a plain name', 'Claude Code', 'Claude Code'],
  ['C28: an override of direction', 'Claude\u202egpj.exe', 'Claudegpj.exe'],
  ['C28: isolates and marks of direction', '\u2066a\u2069\u200f\u200eb\u061c', 'ab'],
  ['C28: markup, which is escaped elsewhere', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['characters without width', 'Cla\u200bu\u200dd\ufeffe\u00ad', 'Claude'],
  ['lines', 'Claude\r\nVerified by Acme\u2028x\u2029y\u0085z', 'Claude Verified by Acme x y z'],
  ['controls', 'a\u0000b\u001b[31mc\u009b', 'ab[31mc'],
  ['tags and private use', 'a\u{e0041}b\ue000', 'ab'],
  ['half a surrogate pair', 'a\ud800', 'a'],
  ['spaces of all kinds', '  a \u00a0\u3000 b  ', 'a b'],
  ['quotation marks', 'Claude” (verified) “by "Acme" «x»', "Claude' (verified) 'by 'Acme' 'x'"],
  ['marks piled upon a letter', `e${'\u0301'.repeat(50)}x`, 'e\u0301\u0301x'],
  ['other scripts', 'עוזר مساعد 助手 😀', 'עוזר مساعد 助手 😀'],
  ['nothing', '', undefined],
  ['nothing to see', ' \u200b\u202e\u3164\u115f\u2800\n', undefined],
  ['marks alone', '\u0301\u0301', undefined],
  ['no name', undefined, undefined],
])('%s', (_, name, shown) => {
  expect(shownName(name)).toBe(shown)
})

test('a long name is cut between characters, and says so', () => {
  expect(shownName('x'.repeat(60))).toBe('x'.repeat(60))
  expect(shownName('😀'.repeat(61))).toBe(`${'😀'.repeat(59)}…`)
  expect(shownName(`${'ab '.repeat(400_000)}`, 6)).toBe('ab ab…')
})

test('a line keeps its quotation marks, and nothing of it breaks or hides', () => {
  expect(lineOf(' state = "a\\"b"\r\n\u2028 next\u3164 ', 100)).toBe('state = "a\\"b" next')
  expect(lineOf('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`)
  for (const text of ['', ' \n', '\u202e', '\u3164', '\u0000']) {
    expect(lineOf(text, 10)).toBe('(nothing that can be read)')
  }
})
