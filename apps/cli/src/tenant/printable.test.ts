import { expect, test } from 'vitest'
import { oneLine, printable, printableJson } from './printable.ts'

test.each([
  ['plain Ünïcode 漢字 🎉', 'plain Ünïcode 漢字 🎉'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\', 'click'],
  ['\u009b2Jx', 'x'],
  ['a\u001bb\u0000c\u007fd\u0085e', 'abcde'],
  ['user\u202egnp.exe\u2066x\u200b', 'usergnp.exex'],
  ['over\rwrite', 'overwrite'],
  ['a\tb\nc\r\nd', 'a\tb\nc\nd'],
  ['\ud800x', '\ufffdx'],
])('%j', (text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('one line is one line', () => {
  expect(oneLine(' a\n\nb\u2028c\u00a0\td ')).toBe('a b c d')
})

test('JSON keeps the value and spells out what would control a terminal', () => {
  const value = { name: 'a\u001b[2J\u009b\u202e\u{e0001}\n漢' }
  const text = printableJson(value)
  expect(JSON.parse(text)).toEqual(value)
  expect(text).toMatch(/^[\n -~漢]*$/)
})
