import { expect, test } from 'vitest'
import { claimedText } from './claimed-text.ts'

test.for<[string, string, string]>([
  ['a program and its version', 'claude-code/2.1 (linux; x64)', 'claude-code/2.1 (linux; x64)'],
  ['letters of any writing', 'エディタ', 'エディタ'],
  ['line breaks and terminal codes', 'a\r\nb\u001b[2Jc', 'a b [2Jc'],
  ['direction and invisible characters', '\u202eb\u200ba', 'b a'],
  ['half a character', 'a\ud800', 'a\ufffd'],
  ['spaces around', '  a  ', 'a'],
  ['too much', 'x'.repeat(65), 'x'.repeat(64)],
  ['a token', `agent eyJhbGciOiJI.eyJzdWIiOiJh.${'s'.repeat(20)}`, 'agent [redacted]'],
  ['nothing', '', ''],
])('%s', ([, text, shown]) => {
  expect(claimedText(text, 64)).toBe(shown)
})
