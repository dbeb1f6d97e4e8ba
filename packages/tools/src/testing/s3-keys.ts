/** Keys that must reach S3 as exactly one object, and the path that each has on the wire. */
export const keysOnTheWire: readonly (readonly [key: string, path: string])[] = [
  ['a/b.txt', 'a/b.txt'],
  ['a b+c', 'a%20b%2Bc'],
  ['//a//b', '//a//b'],
  ['/', '/'],
  ['a/', 'a/'],
  ['../other/x', '../other/x'],
  ['a/../../x', 'a/../../x'],
  ['.', '.'],
  ['a?versionId=1#x&y', 'a%3FversionId%3D1%23x%26y'],
  ['a%2Fb', 'a%252Fb'],
  ['a\\b', 'a%5Cb'],
  ["a'()*!~", 'a%27%28%29%2A%21~'],
  ['ü/東👍', '%C3%BC/%E6%9D%B1%F0%9F%91%8D'],
  ['a\r\nx: y', 'a%0D%0Ax%3A%20y'],
  ['k'.repeat(1024), 'k'.repeat(1024)],
  ['é'.repeat(512), '%C3%A9'.repeat(512)],
]

/** What is no key of S3. */
export const noKeys: readonly unknown[] = [
  '',
  'k'.repeat(1025),
  'é'.repeat(513),
  '👍'.repeat(257),
  '\ud800',
  'a\udc00b',
  7,
  null,
  ['a'],
]
