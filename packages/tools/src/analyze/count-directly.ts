import type { ToolContext } from '@gateway/domain'
import { typedAws } from '../typed-aws.ts'

/** Number of a kind, or the part of it that was counted. */
export interface DirectCount {
  readonly count: number
  readonly truncated: boolean
}

const mostPages = 10

/** EC2 instances that are not terminated. */
export const countInstances = (context: ToolContext): Promise<DirectCount> =>
  countPages(async (token) => {
    const page = await typedAws(context, 'ec2', 'DescribeInstances', {
      Filters: [
        {
          Name: 'instance-state-name',
          Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'],
        },
      ],
      MaxResults: 100,
      ...(token !== undefined && { NextToken: token }),
    })
    const count = (page.Reservations ?? []).reduce((sum, { Instances = [] }) => sum + Instances.length, 0)
    return { count, next: page.NextToken }
  })

/** Lambda functions, at AWS's 50 to a page. */
export const countFunctions = (context: ToolContext): Promise<DirectCount> =>
  countPages(async (token) => {
    const page = await typedAws(context, 'lambda', 'ListFunctions', {
      ...(token !== undefined && { Marker: token }),
    })
    return { count: page.Functions?.length ?? 0, next: page.NextMarker }
  })

const countPages = async (
  read: (token: string | undefined) => Promise<{ count: number; next: string | undefined }>,
): Promise<DirectCount> => {
  let count = 0
  let token: string | undefined
  let pages = 0
  do {
    const page = await read(token)
    count += page.count
    token = page.next || undefined
    pages += 1
  } while (token !== undefined && pages < mostPages)
  return { count, truncated: token !== undefined }
}
