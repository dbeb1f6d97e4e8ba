/** The pins of one connection, and where they stand. */
export interface PlacedPins {
  readonly pins: Readonly<Record<string, string>>
  /** `tenants[3].connections[0].pins`. */
  readonly path: string
}

/**
 * What is wrong with the pins of the connections of one issuer: a token could fit two of them unless they differ in the
 * value of a claim that both name. Equal ones and none at all are told elsewhere. Costs as much as the pins, for each pair
 * of sets of claims that are pinned; every overlapping one is named in a fault.
 */
export const overlapFaults = (all: readonly PlacedPins[]): string[] => {
  const placed = all.map((each, index) => ({ ...each, index, names: Object.keys(each.pins).sort() }))
  const groups = [...Map.groupBy(placed, ({ names }) => JSON.stringify(names)).values()].filter(
    ([first]) => first && first.names.length > 0,
  )
  return groups.flatMap((ones, g) => groups.slice(g + 1).flatMap((others) => faultsBetween(ones, others)))
}

interface Pinned extends PlacedPins {
  readonly index: number
  readonly names: readonly string[]
}

/** Of two groups, each of which pins the same claims. */
const faultsBetween = (ones: readonly Pinned[], others: readonly Pinned[]): string[] => {
  const common = ones[0]?.names.filter((name) => others[0]?.names.includes(name)) ?? []
  const valuesOf = ({ pins }: Pinned) => JSON.stringify(common.map((name) => pins[name]))
  const byValues = Map.groupBy(ones, valuesOf)
  return [...Map.groupBy(others, valuesOf)].flatMap(([values, those]) => {
    const [first, ...rest] = byValues.get(values) ?? []
    const [other] = those
    if (!first || !other) return []
    return [...those.map((each) => fault(first, each)), ...rest.map((each) => fault(each, other))]
  })
}

const fault = (one: Pinned, other: Pinned): string => {
  const [first, later] = one.index < other.index ? [one, other] : [other, one]
  return `${later.path}: a token could fit these and those at ${first.path}: both must pin one claim to different values`
}
