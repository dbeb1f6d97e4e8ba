import { asGatewayError, GatewayError } from '@gateway/domain'

/** The account of the person's profile, or why it is not known. */
export type FoundAccount = { readonly accountId: string } | { readonly fault: GatewayError }

/** Waits up to `patienceMs` for the account; never rejects. */
export type AccountFinder = (patienceMs: number, signal: AbortSignal) => Promise<FoundAccount>

/**
 * Finds the account once, when it is first asked for, and for all who ask meanwhile. A fault is not kept: whoever signs
 * in again goes on without a restart.
 */
export const accountFinder = (lookUp: () => Promise<string>): AccountFinder => {
  let pending: Promise<FoundAccount> | undefined
  const find = (): Promise<FoundAccount> => {
    pending ??= lookUp().then(
      (accountId) => ({ accountId }),
      (thrown) => {
        pending = undefined
        return { fault: asGatewayError(thrown) }
      },
    )
    return pending
  }
  return async (patienceMs, signal) => {
    const { promise: over, resolve } = Promise.withResolvers<FoundAccount>()
    const giveUp = () => resolve({ fault: notYet() })
    const timer = setTimeout(giveUp, patienceMs)
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) giveUp()
    try {
      return await Promise.race([find(), over])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', giveUp)
    }
  }
}

const notYet = () =>
  new GatewayError(
    'aws_unreachable',
    'AWS has not said yet which account your profile belongs to, so nothing was sent. Try again; if it stays, look at the network of this machine.',
  )
