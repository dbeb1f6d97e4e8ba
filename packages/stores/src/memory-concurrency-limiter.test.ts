import { concurrencyLimiterContract } from './concurrency-limiter.contract.ts'
import { memoryConcurrencyLimiter } from './memory-concurrency-limiter.ts'
import { fakeClock } from './testing/fake-clock.ts'

concurrencyLimiterContract(async () => {
  const clock = fakeClock()
  return { limiter: memoryConcurrencyLimiter(clock), ...clock, async [Symbol.asyncDispose]() {} }
})
