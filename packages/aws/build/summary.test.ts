import { expect, test } from 'vitest'
import { summaryOf } from './summary.ts'

const comment = (text: string) =>
  `/**\n * ${text.replaceAll('\n', '\n * ')}\n * @example\n * never this\n */\n`

test.for<[string, string]>([
  ['<p>Lists the <i>buckets</i>. More text.</p>', 'Lists the buckets'],
  ['<p>Launches an instance,\n            e.g. one. And more.</p>', 'Launches an instance, e.g. one'],
  ['<p>Uses {@link StopInstancesCommand} first.</p>', 'Uses StopInstances first'],
  ['<note><p>Not for everybody.</p></note><p>Deletes a queue.</p>', 'Deletes a queue'],
  ['<p>This operation returns A &amp; B &lt;x&gt;.</p>', 'Returns A & B <x>'],
  [
    '<p>Describes Amazon EC2 instances in version 1.2 of it.</p>',
    'Describes EC2 instances in version 1.2 of it',
  ],
  ['', 'What it is called'],
])('%j: %s', ([docs, line]) => {
  expect(summaryOf(comment(docs), 'What it is called')).toBe(line)
})

test('a long sentence is cut between words at 120 characters', () => {
  const line = summaryOf(comment(`Says ${'many words '.repeat(40)}.`), '')
  expect(line.length).toBeLessThanOrEqual(120)
  expect(line).toMatch(/(?:many|words)…$/)
})

test('no control characters or invisible signs are left', () => {
  expect(summaryOf(comment('One\u200btwo\u0007three four.'), '')).toBe('One two three four')
})
