/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>

/** Whether a value is an object of JSON, neither a list nor null. */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * `target` with `patch` over it (RFC 7396): objects are merged, null takes a value away, and anything else replaces what
 * was there.
 */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  const merged = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name)
    else merged.set(name, mergePatch(merged.get(name), value))
  }
  return Object.fromEntries(merged)
}

/** The same of an object. */
export const mergedObject = (target: Json, patch: Json): Json => ({ ...(mergePatch(target, patch) as Json) })
