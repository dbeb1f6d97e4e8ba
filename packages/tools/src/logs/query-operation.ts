import type { OperationKind } from '../operation/operation-kind.ts'
import { typedAws } from '../typed-aws.ts'
import { hasEnded, queryResults } from './query-results.ts'

/** A query of CloudWatch Logs Insights; one that has failed is what `queryResults` throws. */
export const queryOperation: OperationKind = {
  look: { access: 'read', iamActions: ['logs:GetQueryResults'] },
  async status(context, { queryId = '' }) {
    const found = await queryResults(context, queryId)
    return { state: states[found.status] ?? 'running', ...found }
  },
  stop: {
    scope: { access: 'write', iamActions: ['logs:GetQueryResults', 'logs:StopQuery'] },
    async run(context, { queryId = '' }) {
      const found = await queryResults(context, queryId)
      // AWS refuses to stop what has ended (CloudWatch Logs API, StopQuery).
      if (hasEnded(found)) return { cancelled: found.status === 'Cancelled', note: 'The query is over.' }
      await typedAws(context, 'logs', 'StopQuery', { queryId })
      return { cancelled: true, note: 'The query was stopped; AWS bills what it has scanned.' }
    },
  },
}

const states: Readonly<Record<string, 'done' | 'cancelled' | undefined>> = {
  Complete: 'done',
  Cancelled: 'cancelled',
}
