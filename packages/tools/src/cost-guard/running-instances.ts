import { type CostControl, type CostQuestion, GatewayError } from '@gateway/domain'
import { listOf, recordOf, textOf } from './input-values.ts'

/** IAM actions of `countFaults`. */
export const countReads = ({ ec2 }: CostControl): readonly string[] =>
  ec2?.maxRunning === undefined ? [] : ['ec2:DescribeInstances']

/** What stands against so many more instances, those of this call. */
export const countFaults = async (question: CostQuestion, count: number): Promise<readonly string[]> => {
  const { maxPerCall, maxRunning } = question.limits.ec2 ?? {}
  if (maxPerCall !== undefined && count > maxPerCall)
    return [`It starts ${count} instances, and the tenant allows ${maxPerCall} in one call.`]
  if (maxRunning === undefined || count === 0) return []
  const running = count > maxRunning ? 0 : await runningInstances(question, maxRunning - count)
  if (running + count <= maxRunning) return []
  const now =
    running > 0 ? 'With those that run already it would be more' : `It starts ${count}, which is more`
  return [`${now} than the ${maxRunning} instances that the tenant allows in one account and region.`]
}

/** How many are pending or running; counts no further than needed to see that they are more than `most`. */
const runningInstances = async (question: CostQuestion, most: number): Promise<number> => {
  const filter = {
    Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
    MaxResults: 1000,
  }
  const pages = pagesOf(question, filter)
  let count = 0
  for await (const instances of pages) {
    count += instances.length
    if (count > most) return count
  }
  return count
}

/** Every instance that a filter or ids tell. */
export const instancesOf = async (question: CostQuestion, filter: object) => {
  const found: object[] = []
  for await (const instances of pagesOf(question, filter)) found.push(...instances)
  return found
}

async function* pagesOf(question: CostQuestion, filter: object): AsyncGenerator<readonly object[]> {
  let token: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const answer = recordOf(
      await question.aws('ec2', 'DescribeInstances', {
        ...filter,
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    yield listOf(answer.Reservations).flatMap((each) => listOf(recordOf(each).Instances).map(recordOf))
    token = textOf(answer.NextToken)
    if (token === undefined) return
  }
  throw new GatewayError(
    'cost_limit_exceeded',
    'There are too many instances to be counted; nothing was sent.',
  )
}

const mostPages = 100
