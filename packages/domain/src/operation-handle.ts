import { z } from 'zod'
import type { CursorBinding, CursorCodec } from './cursor.ts'
import { GatewayError } from './errors.ts'

/** Work that goes on in AWS after a call has answered. */
export interface RunningOperation {
  /** What it is: decides who can say how it goes. */
  readonly kind: string
  /** AWS's ids and what else following it takes; no secret, for its holder can read it. */
  readonly facts: Readonly<Record<string, string>>
}

/** Ids of running operations: signed, and good for this tenant, user, account and region only. */
export interface OperationHandles {
  seal(operation: RunningOperation): string
  /** Throws `unknown_operation_id`, the same for every cause. */
  open(id: string): RunningOperation
}

/** What an id says of itself; nobody has checked it before `open` does. */
export interface OperationClaim {
  readonly kind: string
  /** Alias of the account, and region. */
  readonly account: string
  readonly region: string
}

/** Handles that live for a week, sealed by `cursors`. */
export const operationHandles = (
  cursors: CursorCodec,
  {
    alias,
    ...owner
  }: Pick<CursorBinding, 'tenantId' | 'principalId' | 'account' | 'region'> & { alias: string },
): OperationHandles => {
  const binding: CursorBinding = { ...owner, tool: 'operation', input: {} }
  const place = { account: alias, region: owner.region }
  return {
    // Readable: `operationClaim` looks into it before it is known whose it is.
    seal: ({ kind, facts }) =>
      cursors.sealReadable(JSON.stringify({ kind, facts, ...place }), binding, weekMs),
    open(id) {
      try {
        const { kind, facts } = JSON.parse(cursors.open(id, binding)) as RunningOperation
        return { kind, facts }
      } catch {
        throw new GatewayError(
          'unknown_operation_id',
          'This operation id is unknown: it is too old, or was made for another user, account or region. Name the account and region of the call that gave it.',
        )
      }
    },
  }
}

/**
 * Where an operation claims to be, and what: enough to aim a read by its id alone and to choose what that may do. Opening the
 * id there fails unless all of it is true.
 */
export const operationClaim = (id: string): OperationClaim | undefined => {
  try {
    const [, token] = JSON.parse(Buffer.from(id.split('.', 1)[0] ?? '', 'base64url').toString())
    return claim.parse(JSON.parse(token))
  } catch {
    return undefined
  }
}

const claim = z.object({ kind: z.string(), account: z.string(), region: z.string() })

const weekMs = 7 * 24 * 3_600_000
