/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** From 0 up to and without `limit`. */
  below(limit: number): number
  /** True in `share` of all cases, from 0 to 1. */
  chance(share: number): boolean
  /** One of `items`; throws if there is none. */
  pick<Item>(items: readonly Item[]): Item
}

/** The numbers of one input: they depend on the seed of the run and on the number of the input only. */
export const randomOf = (seed: number, index: number): Random => {
  // Two rounds of a finalizer, so that neighbours have nothing in common.
  let state = mixed(mixed(seed ^ 0x9e3779b9) ^ index)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    return mixed(state) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (share) => next() < share,
    pick<Item>(items: readonly Item[]): Item {
      if (items.length === 0) throw new RangeError('there is nothing to pick from')
      return items[below(items.length)] as Item
    },
  }
}

/** The finalizer of MurmurHash3, from 32 bits to 32 bits. */
const mixed = (value: number): number => {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
