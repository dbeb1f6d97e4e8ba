import type { Measured } from '@gateway/domain'
import { memoryRateLimiter } from '@gateway/stores'
import type { FailedTokens } from './failed-tokens.ts'
import type { LoadConfig } from './load-config.ts'
import { observedLimiter } from './observed-stores.ts'
import { createOverload, type Overload } from './overload.ts'

/** Addresses whose failed sign-ins are remembered: whoever has more of them has a new one for each request anyway. */
const maxAddresses = 50_000

/** What bounds the work that strangers can make for a process. */
export const openLoad = (
  load: LoadConfig,
  { measured, now }: { readonly measured: Measured; now(): number },
): { readonly strangers: FailedTokens; readonly overload: Overload } => ({
  strangers: {
    limiter: observedLimiter(memoryRateLimiter({ now, maxKeys: maxAddresses }), measured),
    perMinute: load.failedSignInsPerMinute,
  },
  overload: createOverload(load),
})
