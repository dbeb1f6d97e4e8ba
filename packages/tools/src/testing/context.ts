import { type Grant, noInteraction, type ToolContext } from '@gateway/domain'
import { reader } from './grant.ts'

/** What a prompt or resource that asks AWS nothing sees of the world, in the first account of `grant`. */
export const quietContext = (grant: Grant = reader): ToolContext => {
  const [granted] = grant.accounts
  if (!granted) throw new Error('the grant of the test has no account')
  const never = async (): Promise<never> => {
    throw new Error('nothing may be asked here')
  }
  return {
    ...noInteraction,
    grant,
    account: granted.account,
    region: granted.account.defaultRegion,
    signal: new AbortController().signal,
    now: () => Date.UTC(2026, 0, 1),
    deadline: Date.UTC(2026, 0, 1) + 5_000,
    wait: never,
    clientToken: '0123456789abcdef0123456789abcdef',
    api: nothing,
    operations: nothing,
    recentEvents: never,
    aws: never,
    outlook: {
      stops: async () => [],
      factsOf: () => ({}),
      boundary: async () => undefined,
      budgetLeft: async () => undefined,
      hasPages: false,
    },
    changed: never,
  }
}

/** No member of it may be used. */
const nothing = new Proxy(
  {},
  {
    get() {
      throw new Error('nothing may be asked here')
    },
  },
) as never
