import { expect, test } from 'vitest'
import { logLevel } from './log-level.ts'
import { withoutSecrets } from './log-redaction.ts'

test.for<[string, string]>([
  ['password=hunter2 next', 'password=[redacted] next'],
  ['{"apiKey": "abc", "n": 1}', '{"apiKey": "[redacted]", "n": 1}'],
  ['{\\"token\\":\\"abc\\"}', '{\\"token\\":\\"[redacted]\\"}'],
  ['Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
  ['sent Bearer abc', 'sent Bearer [redacted]'],
  ['aws_secret_access_key = wJalr/xyz+EXAMPLE', 'aws_secret_access_key = [redacted]'],
  ['using AKIAIOSFODNN7EXAMPLE now', 'using [redacted] now'],
  ['jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x', 'jwt [redacted]'],
  ['postgres://app:s3cret@db:5432/x', 'postgres://[redacted]@db:5432/x'],
  ['mail to ann.smith+x@example.co.uk failed', 'mail to [email] failed'],
  ['12 tokens left, the secret of life', '12 tokens left, the secret of life'],
  ['GET /login?password=a&user=b', 'GET /login?password=[redacted]&user=b'],
])('%s', ([line, expected]) => {
  expect(withoutSecrets(line)).toBe(expected)
})

test.for(['token=', 'secret', '://a:', 'eyJ-', 'a@', 'bearer ', 'passwd\\', ' '])(
  'a hundred thousand times %j takes time in proportion',
  (piece) => {
    const started = performance.now()
    withoutSecrets(piece.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(5_000)
  },
)

test.for([
  ['[ERROR] x', 'error'],
  ['{"level":"warning"}', 'warn'],
  ['INFO no error here', 'info'],
  ['java.lang.NullPointerException: x', 'error'],
  ['2026-01-02 Task timed out after 3.00 seconds', 'error'],
  ['TRACE x', 'debug'],
  ['START RequestId: 1', 'none'],
  ['informational terrors', 'none'],
  ['', 'none'],
] as const)('%s has level %s', ([line, level]) => {
  expect(logLevel(line)).toBe(level)
})
