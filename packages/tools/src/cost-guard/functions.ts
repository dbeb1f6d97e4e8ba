import { type CostControl, type CostQuestion, chargedHours, GatewayError } from '@gateway/domain'
import type { PriceBook } from '../prices/price-book.ts'
import { type Assessor, refusedFor } from './assessment.ts'
import { type Charge, estimateOf, free, unpriced } from './charges.ts'
import { microUsdOf, sumOf } from './exact-usd.ts'
import { type Members, membersOf, numbersOf, recordOf } from './input-values.ts'

/** What stands against the memory of a function; numbers that are none become faults. */
export const memoryFaults = (members: Members, { lambda }: CostControl): readonly string[] => {
  const faults: string[] = []
  const memory = numbersOf(members, faults).whole('MemorySize', { least: 128, most: mostMemory }) ?? 128
  const most = lambda?.maxMemoryMb
  if (most !== undefined && memory > most)
    faults.push(`The function would have ${memory} MB of memory, and the tenant allows ${most}.`)
  return faults
}

/** What stands against a concurrency that is reserved or provisioned. */
export const concurrencyFaults = (
  members: Members,
  name: string,
  { lambda }: CostControl,
): readonly string[] => {
  const faults: string[] = []
  const wanted = numbersOf(members, faults).whole(name, { least: 0 }) ?? 0
  const most = lambda?.maxConcurrency
  if (most !== undefined && wanted > most)
    faults.push(`The function would have a concurrency of ${wanted}, and the tenant allows ${most}.`)
  return faults
}

/** Lambda CreateFunction and UpdateFunctionConfiguration. */
export const functionChange: Assessor = {
  reads: () => [],
  async assess({ request, limits }, prices) {
    const members = membersOf(request)
    const faults = memoryFaults(members, limits)
    if (faults.length > 0) return { faults }
    const keepsSnapshots = (recordOf(members.SnapStart).ApplyOn ?? 'None') !== 'None'
    const estimate = keepsSnapshots
      ? estimateOf([unpriced('snapshots of a function')], prices)
      : free('A function costs nothing until it is invoked.')
    return { faults, estimate }
  },
}

/** Lambda PutFunctionConcurrency. */
export const functionConcurrency: Assessor = {
  reads: () => [],
  async assess({ request, limits }) {
    const faults = concurrencyFaults(membersOf(request), 'ReservedConcurrentExecutions', limits)
    return faults.length > 0 ? { faults } : { faults, estimate: free('Reserved concurrency costs nothing.') }
  },
}

/** Lambda PutProvisionedConcurrencyConfig: a day of the memory that is kept ready. */
export const provisionedConcurrency: Assessor = {
  reads: () => ['lambda:GetFunctionConfiguration'],
  async assess(question, prices) {
    const members = membersOf(question.request)
    const name = 'ProvisionedConcurrentExecutions'
    const faults = concurrencyFaults(members, name, question.limits)
    if (faults.length > 0) return refusedFor(...faults)
    const { memory } = await sizeOf(question, members)
    const charge = provisionedCharge({ ...question, prices }, { memory, count: Number(members[name] ?? 0) })
    return { faults, estimate: estimateOf([charge], prices) }
  },
}

/** A day of memory that is kept ready for so many executions. */
export const provisionedCharge = (
  { region, prices }: { readonly region: string; readonly prices: PriceBook },
  { memory, count }: { readonly memory: number; readonly count: number },
): Charge => ({
  what: `${chargedHours} hours of ${count} provisioned executions with ${memory} MB`,
  microUsd: microUsdOf(
    prices.lambda(region)?.usdPerProvisionedGbSecond,
    BigInt(memory) * BigInt(count) * BigInt(chargedHours * 3600),
    1024,
  ),
})

/** Lambda Invoke, InvokeWithResponseStream and InvokeAsync, which queues: what it costs if the function runs until its time is up. */
export const invocation: Assessor = {
  reads: () => ['lambda:GetFunctionConfiguration'],
  async assess(question, prices) {
    const members = membersOf(question.request)
    if (members.InvocationType === 'DryRun') return { faults: [] }
    const { memory, seconds } = await sizeOf(question, members)
    const price = prices.lambda(question.region)
    // AWS tries what is queued three times (Lambda Developer Guide, "Asynchronous invocation").
    const queued = members.InvocationType === 'Event' || question.request.operation === 'InvokeAsync'
    const times = queued ? 3 : 1
    const charge: Charge = {
      what: `${times === 1 ? 'one invocation' : 'three attempts'} of at most ${seconds} seconds with ${memory} MB`,
      microUsd: sumOf([
        microUsdOf(price?.usdPerGbSecond, memory * seconds * times, 1024),
        microUsdOf(price?.usdPerMillionRequests, times, 1_000_000),
      ]),
    }
    return { faults: [], estimate: estimateOf([charge], prices) }
  },
}

const mostMemory = 10_240

/** The largest that a function can be, where AWS does not let this caller look (Lambda Developer Guide, "Quotas"). */
const largest = { memory: mostMemory, seconds: 900 }

const sizeOf = async ({ aws }: CostQuestion, { FunctionName, Qualifier }: Members) => {
  const asked = { FunctionName, ...(Qualifier !== undefined && { Qualifier }) }
  const answer = await aws('lambda', 'GetFunctionConfiguration', asked).catch((thrown: unknown) => {
    const code = thrown instanceof GatewayError ? (thrown.details.aws?.code ?? '') : ''
    if (/^AccessDenied/.test(code)) return undefined
    throw thrown
  })
  if (answer === undefined) return largest
  const faults: string[] = []
  const numbers = numbersOf(recordOf(answer), faults)
  return {
    memory: numbers.whole('MemorySize', { most: mostMemory }) ?? largest.memory,
    seconds: numbers.whole('Timeout', { most: largest.seconds }) ?? largest.seconds,
  }
}
