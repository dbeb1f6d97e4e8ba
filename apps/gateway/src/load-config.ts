import { z } from 'zod'
import { wholeNumber } from './number-settings.ts'

/** Settings of what a process takes on, as they stand in the environment. */
export const loadEnvironment = {
  MAX_REQUESTS_IN_FLIGHT: wholeNumber(1, 100_000).default(1_000),
  MAX_RSS_BYTES: wholeNumber(100_000_000).optional(),
  FAILED_SIGN_INS_PER_MINUTE: wholeNumber(1, 1_000_000).default(30),
}

const loadSchema = z.object(loadEnvironment)

/** What a process takes on before it sends requests away. */
export interface LoadConfig {
  /** Requests without an answer so far. */
  readonly maxInFlight: number
  /** Bytes of memory; absent means most of what the container or V8 has. */
  readonly maxRssBytes?: number
  /** Tokens that are none, from one address, before their refusal is 429. */
  readonly failedSignInsPerMinute: number
}

/** These settings of an environment. */
export const loadConfig = (values: z.infer<typeof loadSchema>): LoadConfig => {
  const { MAX_REQUESTS_IN_FLIGHT: maxInFlight, MAX_RSS_BYTES: maxRssBytes } = values
  return {
    maxInFlight,
    ...(maxRssBytes !== undefined && { maxRssBytes }),
    failedSignInsPerMinute: values.FAILED_SIGN_INS_PER_MINUTE,
  }
}
