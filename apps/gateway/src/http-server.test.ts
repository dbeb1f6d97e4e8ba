import { expect, test } from 'vitest'
import { createHttpServer } from './http-server.ts'

test('every limit is set, and none to a value that balancers would trip over', () => {
  const server = createHttpServer({ handler: () => undefined, refused: () => undefined })
  expect(server).toMatchObject({
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    maxConnections: 20_000,
    maxRequestsPerSocket: 10_000,
  })
  expect(server.keepAliveTimeout).toBeGreaterThan(65_000)
})
