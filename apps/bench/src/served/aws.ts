import { startCannedAws } from '@gateway/backends'
import type { StartServer } from './served-options.ts'

/** Roles of this account are throttled by STS: the tenant that is in trouble. */
export const troubledAccount = '999999999999'

/** AWS for the bench, in a process of its own. */
export const startAws: StartServer = async ({ port }) => {
  const { troubles } = await startCannedAws({ port, record: false })
  troubles.set(troubledAccount, 'throttled')
}
