import type { BackendOptions, SharedRedis } from './stage/shared-redis.ts'
import type { Stage } from './stage/stage.ts'

/** What goes wrong under load. */
export interface Fault {
  /** As `--only` names it. */
  readonly name: string
  /** What happens, in a few words. */
  readonly what: string
  /** Seconds that it lasts, where that is not for the caller to say. */
  readonly seconds?: number
  /** Codes of refusals that are right, although else no fault may lead to them. */
  readonly refusesWith?: readonly string[]
  /** Options of Node that the gateways are started with. */
  readonly nodeOptions?: readonly string[]
  /** Where it is not the usual single one. */
  readonly openRedis?: (options: BackendOptions) => Promise<SharedRedis>
  /** Where audit files go, if not to the folder of the run; rejects with `Skipped`. */
  readonly openAuditFolder?: (folder: string) => Promise<AuditFolder>
  /** Makes it happen, and resolves to what ends it. */
  strike(stage: Stage): Promise<() => Promise<void>>
}

/** A folder for audit files. */
export interface AuditFolder extends AsyncDisposable {
  readonly path: string
}

/** Why a fault cannot happen on this machine. */
export class Skipped extends Error {
  override readonly name = 'Skipped'
}
