import { storedLines } from './stored-records.ts'
import { isWithin, type TimeRange } from './time-range.ts'

/** Records of one chain that are exported, by `seq`, both included. */
export interface Span {
  readonly first: number
  readonly last: number
}

interface Chain {
  readonly ranges: (readonly [number, number])[]
  first?: number
  last?: number
}

/**
 * Which records of each chain of a tenant (by instance) are in a range of time, widened to whole checkpoints: half of what one tells
 * of could not be verified.
 */
export const tenantSpans = async (
  files: readonly string[],
  tenantId: string,
  range: TimeRange,
): Promise<ReadonlyMap<string, Span>> => {
  const chains = new Map<string, Chain>()
  const chainOf = (instance: string): Chain => {
    const chain = chains.get(instance) ?? { ranges: [] }
    chains.set(instance, chain)
    return chain
  }
  for await (const line of storedLines(files)) {
    if (line.kind === 'checkpoint') {
      const { tenant_id, instance, first_seq, last_seq } = line.signed.checkpoint
      if (tenant_id === tenantId) chainOf(instance).ranges.push([first_seq, last_seq])
    } else {
      const { tenant_id, gateway, seq, ts } = line.record
      if (tenant_id !== tenantId || !isWithin(ts, range)) continue
      const chain = chainOf(gateway.instance)
      chain.first = Math.min(chain.first ?? seq, seq)
      chain.last = Math.max(chain.last ?? seq, seq)
    }
  }
  return new Map([...chains].flatMap(([instance, chain]) => widened(chain).map((span) => [instance, span])))
}

const widened = ({ ranges, first, last }: Chain): Span[] => {
  if (first === undefined || last === undefined) return []
  const end = ranges.reduce((most, [, to]) => Math.max(most, to), 0)
  const around = (seq: number) => ranges.find(([from, to]) => from <= seq && seq <= to)
  return [
    {
      first: around(first)?.[0] ?? (first > end ? end + 1 : first),
      last: around(last)?.[1] ?? (last > end ? Number.POSITIVE_INFINITY : last),
    },
  ]
}
