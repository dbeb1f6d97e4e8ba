import { defineConfig } from 'vitest/config'

const everything = ['packages/*/src/**', 'packages/*/build/**', 'apps/*/src/**', 'scripts/**']

const backends = 'scripts/backends.setup.ts'
const onlyLoopback = './scripts/only-loopback.setup.ts'

// The machine may be busy: what is waited for may take its time.
const expect = { poll: { timeout: 5_000 } }

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
          name: 'e2e',
          setupFiles: [onlyLoopback],
          include: ['apps/*/test/**/*.e2e.test.ts'],
          globalSetup: [backends],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          expect,
          // They start whole processes; one file at a time leaves them the cores they need.
          fileParallelism: false,
        },
      },
    ],
  },
})
