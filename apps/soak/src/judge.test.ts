import { expect, test } from 'vitest'
import { judge } from './judge.ts'

const measured = (heapUsed: number, handles: Record<string, number>) => ({ heapUsed, rss: 1, handles })
const start = [measured(100, { TCPSocketWrap: 2 }), measured(100, { TCPSocketWrap: 2, Timeout: 1 })]

test.for([
  ['nothing', [], [start[0], start[1]], []],
  ['fewer handles and a little more heap', [], [measured(130, {}), start[1]], []],
  ['errors', ['a: b', 'c: d'], start, ['2 errors']],
  ['heap', [], [start[0], measured(131, {})], ['the heap of replica 2 grew to 1.31 times its size']],
  [
    'handles, of kinds old and new',
    [],
    [measured(1, { TCPSocketWrap: 3 }), measured(1, { FSReqCallback: 1 })],
    [
      'replica 1 has 3 handles of kind TCPSocketWrap, and had 2',
      'replica 2 has 1 handles of kind FSReqCallback, and had 0',
    ],
  ],
] as const)('faults: %s', ([, errors, end, faults]) => {
  expect(judge(errors, start, end as typeof start)).toEqual(faults)
})
