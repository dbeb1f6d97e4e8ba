import type { AccountData } from './account-data.ts'
import { acmeDev, acmeProd } from './acme-data.ts'
import { globexMain } from './globex-data.ts'

/** Contents of the accounts of `deploy/local/tenants.yaml`, by account id. */
export const sandboxData: ReadonlyMap<string, AccountData> = new Map([
  ['111111111111', acmeProd],
  ['111111111112', acmeDev],
  ['222222222222', globexMain],
])
