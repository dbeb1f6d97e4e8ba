import type { Operation } from './aws-calls.ts'
import type { CostGuard } from './cost.ts'
import type { WhileAway } from './while-away.ts'

/**
 * What limits do for an operation while their store is away: plain reads that nobody bills go on within what this process alone
 * allows, and so does what asks for nothing that there is, since it ends in a refusal.
 */
export const whileAwayOf = (costs: CostGuard | undefined, operation: Operation | undefined): WhileAway =>
  operation === undefined || (operation.access === 'read' && !isBilled(costs, operation)) ? local : refuse

const isBilled = (costs: CostGuard | undefined, { sends, iamActions }: Operation): boolean =>
  (sends === undefined ? iamActions : [sends]).some((each) => {
    const [service = '', name = ''] = each.split(':')
    return costs?.requestPrice(service, name, {}) !== undefined
  })

const local: WhileAway = { whileAway: 'local' }
const refuse: WhileAway = { whileAway: 'refuse' }
