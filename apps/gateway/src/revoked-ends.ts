import type { Principal } from '@gateway/domain'
import type { Revocations } from './revocations.ts'

/** Something that stays open for one caller. */
export interface PrincipalBound {
  readonly principal: Principal
  /** Ends it because its caller would be refused by now. */
  retire(why: 'revoked'): void
}

/** Ends what is open for callers whose sign-in was revoked. */
export interface RevokedEnds {
  add(bound: PrincipalBound): void
  remove(bound: PrincipalBound): void
  close(): void
}

/** Milliseconds between two looks: revoked is ended within 5 s, the look itself included. */
const everyMs = 2_000
/** Milliseconds for which nobody could tell: what is open longer than that is ended, and its caller asked who it is. */
const unknownMs = 60_000
/** Questions to the store at once. */
const atOnce = 64

/**
 * Asks the store for each caller that holds something open, once however much that is; one timer serves all of the process,
 * and none while nothing is open. While the store is away it stays open for a minute, since no call can be made over it
 * meanwhile; then it ends.
 */
export const createRevokedEnds = (options: {
  readonly revocations: Pick<Revocations, 'isRevoked'>
  now(): number
  onFault(fields: { readonly err: unknown }, message: string): void
  readonly everyMs?: number
}): RevokedEnds => {
  const { revocations, now, onFault } = options
  const open = new Map<Principal, { readonly bounds: Set<PrincipalBound>; toldAt: number }>()
  let timer: NodeJS.Timeout | undefined
  let looking = false

  const lookAt = async (principal: Principal): Promise<void> => {
    const held = open.get(principal)
    if (!held) return
    const revoked = await revocations.isRevoked(principal).catch(() => undefined)
    if (revoked === false) held.toldAt = now()
    else if (revoked || now() - held.toldAt > unknownMs) {
      for (const bound of [...held.bounds]) retire(bound)
    }
  }
  const retire = (bound: PrincipalBound): void => {
    try {
      bound.retire('revoked')
    } catch (err) {
      // The others are still to be ended.
      onFault({ err }, 'what a revoked caller held open could not be ended')
    }
  }
  const look = async (): Promise<void> => {
    if (looking) return
    looking = true
    const waiting = [...open.keys()]
    const worker = async (): Promise<void> => {
      for (let next = waiting.pop(); next; next = waiting.pop()) await lookAt(next)
    }
    await Promise.all(Array.from({ length: atOnce }, worker))
    looking = false
  }

  return {
    add(bound) {
      const { principal } = bound
      const held = open.get(principal) ?? { bounds: new Set(), toldAt: now() }
      held.bounds.add(bound)
      open.set(principal, held)
      timer ??= setInterval(() => void look(), options.everyMs ?? everyMs).unref()
    },
    remove(bound) {
      const held = open.get(bound.principal)
      if (!held?.bounds.delete(bound) || held.bounds.size > 0) return
      open.delete(bound.principal)
      if (open.size > 0) return
      clearInterval(timer)
      timer = undefined
    },
    close() {
      clearInterval(timer)
    },
  }
}
