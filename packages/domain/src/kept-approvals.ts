import { approvalOf, approvalText } from './approval-record.ts'
import type { Approval, ApprovalFault, Approvals, Approver } from './approvals.ts'
import { rungs } from './confirmation-rules.ts'
import { GatewayError } from './errors.ts'
import type { RecordKey, RecordStore } from './records.ts'

/** Most that wait of one tenant, and of one who asks. */
const mostWaiting = { ofTenant: 200, ofAsker: 20 }
/** Most that are kept of one tenant, the decided ones among them. */
const mostKept = 5_000
/** Milliseconds for which what was approved at the last moment may still be used. */
const useMs = 300_000
/** Seconds for which one that is over is still told from one that never was. */
const remembered = 600
/** Tries to change one that others change, too; each of them leads to an end. */
const mostTries = 5

/**
 * Approvals as records of their tenant. Beside each that waits stands a record that ends with its time by the clock of the store:
 * it bounds how many wait, and without it nothing is decided, whatever the clock of a replica says. Rejects with `unavailable`.
 */
export const createApprovals = ({
  records,
  now,
}: {
  readonly records: RecordStore
  now(): number
}): Approvals => {
  const read = async (tenantId: string, id: string): Promise<Read | undefined> => {
    const text = await records.get(keyOf(tenantId, id))
    return text === undefined ? undefined : { text, approval: approvalOf(text, { tenantId, id }) }
  }
  const secondsLeft = ({ expiresAt }: Approval): number => Math.max(1, Math.ceil((expiresAt - now()) / 1000))

  /** Replaces an approval if it still is what `judge` looked at; of several at once, one does. */
  const change = async (of: Named, judge: (read: Approval) => Promise<Judged> | Judged): Promise<Outcome> => {
    for (let tries = 0; tries < mostTries; tries++) {
      const found = await read(of.tenantId, of.id)
      if (!found) return { fault: 'unknown' }
      const judged = await judge(found.approval)
      if ('fault' in judged) return judged
      const { approval, ttlSeconds } = judged
      const made = await records.replace(
        keyOf(of.tenantId, of.id),
        found.text,
        JSON.stringify(approval),
        ttlSeconds,
      )
      if (made) return { approval }
    }
    throw new Error('an approval changed too often')
  }

  const create = async (approval: Approval): Promise<void> => {
    const seconds = (approval.expiresAt - now()) / 1000
    if (!(seconds > 0) || approval.state !== 'pending')
      throw new RangeError('an approval begins with its wait')
    const { ofTenant: maxPerTenant, ofAsker: maxPerOwner } = mostWaiting
    const waiting = await records.create(waitingKeyOf(approval), '', {
      ttlSeconds: seconds,
      maxPerTenant,
      maxPerOwner,
    })
    if (waiting === 'full') throw tooMany()
    const kept = await records.create(keyOf(approval.tenantId, approval.id), approvalText(approval), {
      ttlSeconds: secondsLeft(approval) + remembered,
      maxPerTenant: mostKept,
    })
    if (kept === 'created') return
    if (waiting === 'created') await records.remove(waitingKeyOf(approval))
    if (kept === 'full') throw tooMany()
    throw new Error('an approval of that id is there already')
  }

  const decide: Approvals['decide'] = async (of, { approve, by, reason, audited }) => {
    const { principalId, issuer, subject } = by
    const outcome = await change(of, async (approval) => {
      const fault = faultOf(approval, by)
      if (fault) return { fault }
      if (approval.state !== 'pending') return { fault: 'decided' }
      const at = now()
      const waits = at < approval.expiresAt && (await records.get(waitingKeyOf(approval))) !== undefined
      if (!waits) return { fault: 'expired' }
      const decision = { by: { principalId, issuer, subject }, at, ...(reason !== undefined && { reason }) }
      const taken = { ...approval, decision }
      // As long as it is pending, it counts for nothing and another may take its place.
      return audited
        ? { approval: taken, ttlSeconds: secondsLeft(taken) + remembered }
        : settled(taken, approve)
    })
    if ('fault' in outcome) return outcome
    const made = audited ? await settle(outcome.approval, { approve, audited }) : outcome.approval
    // It only takes up room: what was decided stays decided.
    await records.remove(waitingKeyOf(made)).catch(() => false)
    return { approval: made }
  }

  const settle = async (
    taken: Approval,
    { approve, audited }: { readonly approve: boolean; audited(): Promise<void> },
  ): Promise<Approval> => {
    await audited()
    const { approval, ttlSeconds } = settled(taken, approve)
    const [was, is] = [JSON.stringify(taken), JSON.stringify(approval)]
    if (await records.replace(keyOf(taken.tenantId, taken.id), was, is, ttlSeconds)) return approval
    throw new Error('another decision was taken meanwhile')
  }

  const settled = (taken: Approval, approve: boolean): Settled => {
    const { at } = taken.decision ?? { at: now() }
    const approval: Approval = {
      ...taken,
      state: approve ? 'approved' : 'refused',
      ...(approve && { expiresAt: Math.max(taken.expiresAt, at + useMs) }),
    }
    return { approval, ttlSeconds: secondsLeft(approval) + (approve ? 0 : remembered) }
  }

  const use: Approvals['use'] = ({ principalId, digest, least, ...of }) =>
    change(of, (approval) => {
      const isTheirs = approval.asker.principalId === principalId && approval.digest === digest
      // What it takes may have become more since it was asked for.
      if (!isTheirs || rungs.indexOf(approval.rung) < rungs.indexOf(least)) return { fault: 'unknown' }
      if (approval.state === 'used' || approval.state === 'refused') return { fault: approval.state }
      if (now() >= approval.expiresAt) return { fault: 'expired' }
      if (approval.state === 'pending') return { fault: 'pending' }
      const used: Approval = { ...approval, state: 'used' }
      return { approval: used, ttlSeconds: secondsLeft(used) + remembered }
    })

  return {
    create: (approval) => create(approval).catch(unavailable),
    find: (tenantId, id) =>
      read(tenantId, id)
        .then((found) => found?.approval)
        .catch(unavailable),
    decide: (of, decision) => decide(of, decision).catch(unavailable),
    use: (of) => use(of).catch(unavailable),
  }
}

/** Why somebody may not decide at all: where another person must, the asker may not, and of others only who may for others. */
const faultOf = ({ rung, asker }: Approval, by: Approver): ApprovalFault | undefined => {
  const isOwn = by.principalId === asker.principalId
  if (isOwn) return rung === 'other-person' ? 'own' : undefined
  return by.mayApproveOthers ? undefined : 'not-approver'
}

interface Named {
  readonly tenantId: string
  readonly id: string
}

interface Read {
  readonly text: string
  readonly approval: Approval
}

type Outcome = { readonly approval: Approval } | { readonly fault: ApprovalFault }
interface Settled {
  readonly approval: Approval
  readonly ttlSeconds: number
}
type Judged = Settled | { readonly fault: ApprovalFault }

const keyOf = (tenantId: string, id: string): RecordKey => ({ tenantId, kind: 'approval', id })

const waitingKeyOf = ({ tenantId, id, asker }: Approval): RecordKey => ({
  tenantId,
  kind: 'approval-waiting',
  id,
  owner: asker.principalId,
})

const tooMany = (): GatewayError =>
  new GatewayError(
    'rate_limited',
    'Too many approvals wait already. Have those decided first, or wait until they expire.',
    { details: { retryAfterSeconds: 60 } },
  )

const unavailable = (cause: unknown): never => {
  if (cause instanceof GatewayError) throw cause
  throw new GatewayError('unavailable', 'Approvals cannot be kept or read just now. Try again.', {
    cause,
    details: { retryAfterSeconds: 2 },
  })
}
