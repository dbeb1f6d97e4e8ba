/** Length of the JSON of a value, with what was measured before kept in `known`; 0 for what JSON leaves out. */
export const jsonSize = (value: unknown, known: WeakMap<object, number>): number => {
  if (value === undefined || typeof value === 'function') return 0
  if (typeof value !== 'object' || value === null || 'toJSON' in value)
    return JSON.stringify(value)?.length ?? 0
  const before = known.get(value)
  if (before !== undefined) return before
  const parts = Array.isArray(value)
    ? value.map((each) => jsonSize(each, known) || 'null'.length)
    : Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([name, each]) => nameSize(name) + jsonSize(each, known))
  const size = parts.reduce((sum, each) => sum + each + 1, 1) + (parts.length === 0 ? 1 : 0)
  known.set(value, size)
  return size
}

/** Length of a name in JSON, with its quotes and colon. */
export const nameSize = (name: string): number => JSON.stringify(name).length + 1
