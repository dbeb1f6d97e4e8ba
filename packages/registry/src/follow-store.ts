import type { TenantStore } from '@gateway/domain'
import type { OnFault } from './on-fault.ts'

/**
 * Listens to the store, trying again until it can. `started` is when the first try has ended, however it did; what may
 * have been missed until a later one is heard as `undefined`.
 */
export const followStore = (
  store: TenantStore,
  hear: (tenantId: string | undefined) => void,
  { onFault, retryMs }: { readonly onFault: OnFault; readonly retryMs: number },
): { readonly started: Promise<void>; close(): void } => {
  let closed = false
  let end: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined

  const listen = async (first: boolean): Promise<void> => {
    try {
      end = await store.listen(hear)
      if (closed) end()
      else if (!first) hear(undefined)
    } catch (err) {
      if (first)
        onFault({ err }, 'changes of tenants cannot be listened to yet; what is known of them grows old')
      if (!closed) timer = setTimeout(() => void listen(false), retryMs).unref()
    }
  }

  return {
    started: listen(true),
    close() {
      closed = true
      clearTimeout(timer)
      end?.()
    },
  }
}
