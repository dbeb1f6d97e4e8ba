import type { AssumeRoleInput } from './assume-role-input.ts'
import type { Permission } from './needed-permissions.ts'

/** One AssumeRole request as it came over the wire. */
export interface AssumeRoleRecord extends Partial<AssumeRoleInput> {
  /** Key that has signed it. */
  readonly accessKeyId: string
  readonly region: string
  /** Key of the session that it opened; absent where it was refused. */
  readonly issued?: string
  /** Code of the refusal, or what went wrong by a trouble. */
  readonly refused?: string
}

/** One other request as it came over the wire. */
export interface RequestRecord {
  readonly accessKeyId: string
  /** Role and account of the session whose key has signed it; absent for a key of no session. */
  readonly roleArn?: string
  readonly account?: string
  readonly service: string
  readonly region: string
  readonly permissions: readonly Permission[]
  /** Why it was refused, or what went wrong by a trouble; absent where it went on. */
  readonly refused?: string
}

/** What is remembered of requests, oldest first. */
export interface Records {
  readonly assumed: readonly AssumeRoleRecord[]
  readonly requests: readonly RequestRecord[]
  addAssumed(record: AssumeRoleRecord): void
  addRequest(record: RequestRecord): void
  clear(): void
}

/** More than a run of tests sends; then the older half is forgotten. */
const most = 20_000

/** Makes an empty one. */
export const createRecords = (): Records => {
  const assumed: AssumeRoleRecord[] = []
  const requests: RequestRecord[] = []
  const add = <Item>(list: Item[], item: Item): void => {
    if (list.length === most) list.splice(0, most / 2)
    list.push(item)
  }
  return {
    assumed,
    requests,
    addAssumed: (record) => add(assumed, record),
    addRequest: (record) => add(requests, record),
    clear() {
      assumed.length = 0
      requests.length = 0
    },
  }
}
