import { GatewayError } from '@gateway/domain'
import { expect, test } from 'vitest'
import { stderrLog } from './stderr-log.ts'

const logged = (level: Parameters<typeof stderrLog>[0], log: (log: ReturnType<typeof stderrLog>) => void) => {
  const lines: string[] = []
  log(stderrLog(level, (text) => lines.push(text)))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

test('a line has the listed fields and nothing else', () => {
  const fields = {
    tool: 'aws_whoami',
    outcome: 'allow',
    ms: 3,
    args: { bucket: 'b' },
    headers: 'h',
    code: {},
  }
  expect(logged('info', (log) => log.info(fields, 'call'))).toEqual([
    { level: 'info', time: expect.any(String), msg: 'call', tool: 'aws_whoami', outcome: 'allow', ms: 3 },
  ])
})

test('an error of a library is told without its message', () => {
  const err = Object.assign(new TypeError('secret-of-library'), { code: 'E_X', input: 'secret-input' })
  const [line] = logged('error', (log) => log.error({ err }, 'call'))
  expect(line?.err).toEqual({ type: 'TypeError', code: 'E_X', stack: expect.stringContaining('at ') })
  expect(JSON.stringify(line)).not.toContain('secret')
})

test('an error of ours speaks for itself', () => {
  const [line] = logged('info', (log) => log.error({ err: new GatewayError('timeout', 'Too late.') }, 'call'))
  expect(line?.err).toMatchObject({ code: 'timeout', message: 'Too late.' })
})

test.each([
  ['info', 2],
  ['warn', 1],
  ['silent', 0],
] as const)('at level %s %i lines are written', (level, count) => {
  const lines = logged(level, (log) => {
    log.info({}, 'a')
    log.error({}, 'b')
  })
  expect(lines).toHaveLength(count)
})
