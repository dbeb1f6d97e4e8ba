import { expect, test } from 'vitest'
import { parseArguments } from '../arguments.ts'

const parse = (words: string) => parseArguments(`sandbox-customer ${words}`.split(' '))
const account = '--account 333333333333'

test('a template is applied to an account', () => {
  expect(parse(`apply t.json ${account}`)).toEqual({
    command: 'sandbox-customer',
    asked: { template: 't.json', account: '333333333333' },
  })
  expect(parse(`apply t.json ${account} --stack s --endpoint http://127.0.0.1:1`)).toMatchObject({
    asked: { stack: 's', endpoint: 'http://127.0.0.1:1' },
  })
  expect(parse('--help')).toMatchObject({ command: 'help' })
})

test.each([
  ['', 'knows one command'],
  ['break t.json', 'knows one command'],
  [`apply ${account}`, 'needs the file'],
  ['apply t.json', 'needs --account'],
  ['apply t.json --account 33333333333', 'needs --account'],
  ['apply t.json --account ３３３３３３３３３３３３', 'needs --account'],
  [`apply t.json u.json ${account}`, 'unexpected argument u.json'],
  [`apply t.json ${account} --stack a_b`, '--stack is'],
  [`apply t.json ${account} --profile x`, 'Unknown option'],
])('%j is refused', (words, fault) => {
  expect(parse(words)).toMatchObject({ command: 'fault', fault: expect.stringContaining(fault) })
})
