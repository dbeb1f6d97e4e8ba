import type { RequestFacts } from '@gateway/domain'
import { createApiIndex } from '../../api/create-api-index.ts'
import { createActionCatalogue } from '../create-action-catalogue.ts'

export const place = { partition: 'aws', region: 'eu-west-1', accountId: '111122223333' }
export const apiIndex = await createApiIndex()
export const catalogue = await createActionCatalogue(apiIndex)

/** The facts of a request in the place of the tests. */
export const factsOf = (service: string, operation: string, input: object): readonly RequestFacts[] =>
  catalogue.factsOf({ service, operation, input }, place)

/** An action and its resource as the rows of tests have them. */
export const rowOf = ({ action, resource, within }: RequestFacts): string =>
  `${action} ${resource ?? (within === undefined ? 'unknown' : `within ${within}`)}`.replaceAll(
    `${place.region}:${place.accountId}`,
    'HERE',
  )
