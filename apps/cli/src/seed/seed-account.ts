import type { AccountData } from './account-data.ts'
import { seedAlarms } from './alarms.ts'
import { seedBuckets } from './buckets.ts'
import { seedFunctions } from './functions.ts'
import { seedInstances } from './instances.ts'
import { seedLogGroups } from './log-groups.ts'
import type { OwnerSession } from './owner-session.ts'
import { seedStack } from './stack.ts'

/** Puts everything into one account that nothing was put into before. */
export const seedAccount = async (owner: OwnerSession, data: AccountData, now: Date): Promise<void> => {
  await Promise.all([
    seedInstances(owner, data.instances, now).then((ids) => seedAlarms(owner, data.alarms, ids)),
    seedBuckets(owner, data.buckets),
    seedFunctions(owner, data.functions),
    seedLogGroups(owner, data.logGroups, now),
    seedStack(owner, data.stack),
  ])
}
