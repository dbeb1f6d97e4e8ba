import { expect, test } from 'vitest'
import { cleanText, cleanToken } from './clean-text.ts'

test.each([
  ['key ASIAIOSFODNN7EXAMPLE used', 'key [removed] used'],
  ['AKIAIOSFODNN7EXAMPLE', '[removed]'],
  ['jwt eyJhbGciOi.eyJzdWIi.c2ln end', 'jwt [removed] end'],
  [`token IQoJb3JpZ2luX2VjE${'a/+'.repeat(20)}== end`, 'token [removed] end'],
  ['FwoGZXIvYXdzEBYaDHVzLXdlc3Qt', '[removed]'],
  ['secret wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY.', 'secret [removed].'],
  [
    'https://b.s3/k?X-Amz-Security-Token=abc&X-Amz-Signature=0f0f&x=1',
    'https://b.s3/k?[removed]&[removed]&x=1',
  ],
  [
    `Encoded authorization failure message: ${'Ab1_-'.repeat(200)}`,
    'Encoded authorization failure message: [removed]',
  ],
])('removes what looks like a credential: %s', (text, clean) => {
  expect(cleanText(text)).toBe(clean)
})

test.each([
  'User: arn:aws:sts::111111111111:assumed-role/mcp-gateway-read/mcp-acme-abc is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action',
  "The instance ID 'i-0123456789abcdef0' does not exist",
  'commit da39a3ee5e6b4b0d3255bfef95601890afd80709 is not known',
  'Stack with id arn:aws:cloudformation:eu-west-1:111111111111:stack/web/0f0f0f0f-1111-2222-3333-444444444444 does not exist',
])('keeps what a user needs: %s', (text) => {
  expect(cleanText(text)).toBe(text)
})

test('removes known secrets wherever they are, whatever they look like', () => {
  expect(cleanText('a plain one: hunter2hunter2, twice: hunter2hunter2', ['hunter2hunter2', ''])).toBe(
    'a plain one: [removed], twice: [removed]',
  )
})

test('is one line of at most 300 characters that hides nothing', () => {
  expect(cleanText('a\r\n\tb\u2028c\u0000d\u202ee\u{e0041}f\ud800')).toBe('a b c d e f\ufffd')
  const long = cleanText('𝒳 '.repeat(400))
  expect(long.length).toBeLessThanOrEqual(300)
  expect(long.isWellFormed()).toBe(true)
  expect(long.endsWith('…')).toBe(true)
})

test('takes only codes and ids of AWS for such', () => {
  expect(cleanToken('InvalidInstanceID.NotFound')).toBe('InvalidInstanceID.NotFound')
  expect(cleanToken('VjUqg0PO9+/BCd=')).toBe('VjUqg0PO9+/BCd=')
  for (const bad of ['', 'a b', 'a\nb', 'x'.repeat(129), 7, undefined, '<b>'])
    expect(cleanToken(bad)).toBeUndefined()
})
