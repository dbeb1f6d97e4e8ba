import { expect, test } from 'vitest'
import { safeError } from './safe-error.ts'

test('frames tell where, without where the program lies', () => {
  const err = new Error('a\n    at fake (file:1:2)')
  err.stack = `TypeError [ERR_X]: ${err.message}
    at Object.<anonymous> (/srv/private/apps/gateway/src/main.ts:1:2)
    at async Promise.all (index 0)
    at new Pool (file:///srv/private/node_modules/.pnpm/a@1/node_modules/undici/lib/pool.js:3:4)
    at /srv/private/dist/main.js:5:6
    at node:internal/process/task_queues:7:8
    at what is no frame`
  const call = (address: string) => Object.assign(new Error('a'), { syscall: 'connect', address, port: 1 })
  const told = [err, call('10.1.2.3'), call('8.8.8.8'), call('::1')].map((each) => safeError(each))
  expect(told).toMatchObject([
    {
      stack: [
        '    at Object.<anonymous> (apps/gateway/src/main.ts:1:2)',
        '    at new Pool (undici/lib/pool.js:3:4)',
        '    at main.js:5:6',
        '    at node:internal/process/task_queues:7:8',
      ].join('\n'),
    },
    { syscall: 'connect', address: 'private', port: 1 },
    { syscall: 'connect', address: 'public' },
    { syscall: 'connect', address: 'loopback' },
  ])
})
