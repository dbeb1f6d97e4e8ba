import { defineConfig } from 'vitest/config'

const everything = ['packages/*/src/**', 'packages/*/build/**', 'apps/*/src/**', 'scripts/**']

const backends = 'scripts/backends.setup.ts'
const onlyLoopback = './scripts/only-loopback.setup.ts'

// The machine may be busy: what is waited for may take its time.
const expect = { poll: { timeout: 5_000 } }

// What measures time, memory or load: another file beside it would be measured too.
const alone = [
  'apps/bench/test/bench.e2e.test.ts',
  'apps/faults/test/faults.e2e.test.ts',
  'apps/fuzz/test/fuzz.e2e.test.ts',
  'apps/gateway/test/audit-chain.e2e.test.ts',
  'apps/gateway/test/audit-query-flood.e2e.test.ts',
  'apps/gateway/test/limits.e2e.test.ts',
  'apps/gateway/test/many-tenants.e2e.test.ts',
  'apps/gateway/test/redis-away.e2e.test.ts',
  'apps/gateway/test/rolling-restart.e2e.test.ts',
  'apps/gateway/test/sign-in-outages.e2e.test.ts',
  'apps/gateway/test/slow-reader.e2e.test.ts',
  'apps/gateway/test/takeover.e2e.test.ts',
  'apps/soak/test/soak.e2e.test.ts',
]

// End-to-end tests start whole processes.
const endToEnd = {
  setupFiles: [onlyLoopback],
  globalSetup: [backends],
  testTimeout: 60_000,
  hookTimeout: 180_000,
  expect,
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // vitest would leave one of two processors idle.
          maxWorkers: '100%',
          setupFiles: [onlyLoopback],
          include: everything.map((folder) => `${folder}/*.test.ts`),
          exclude: ['**/node_modules/**', '**/*.integration.test.ts'],
        },
      },
      {
        test: {
          name: 'integration',
          maxWorkers: '100%',
          setupFiles: [onlyLoopback],
          include: everything.map((folder) => `${folder}/*.integration.test.ts`),
          globalSetup: [backends],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect,
        },
      },
      {
        test: {
          ...endToEnd,
          name: 'e2e',
          include: ['apps/*/test/**/*.e2e.test.ts'],
          exclude: ['**/node_modules/**', ...alone],
          // Half of the time they wait: two at a time keep two processors busy, and more would wait for each other.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...endToEnd,
          name: 'e2e-alone',
          include: alone,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
