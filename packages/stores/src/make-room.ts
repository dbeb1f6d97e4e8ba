/**
 * Forgets keys of a map that has more than `maxKeys`: those whose value changes nothing any more, and if that is not
 * enough those at the front, which are the ones set longest ago if each is deleted before it is set again.
 */
export const makeRoom = <T>(kept: Map<string, T>, maxKeys: number, isIdle: (value: T) => boolean): void => {
  if (kept.size <= maxKeys) return
  for (const [key, value] of kept) if (isIdle(value)) kept.delete(key)
  // More room than is needed now, or every new key would cost a pass over all others.
  const enough = maxKeys - Math.floor(maxKeys / 16)
  for (const key of kept.keys()) {
    if (kept.size <= enough) break
    kept.delete(key)
  }
}
