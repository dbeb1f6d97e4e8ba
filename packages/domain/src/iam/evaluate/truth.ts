/** Whether something holds: yes, no, or not known (the strong logic of Kleene). */
export type Truth = boolean | Unknown

/** What would have to be known: condition keys as the policy writes them, and words such as `resource`. */
export interface Unknown {
  readonly missing: readonly string[]
}

/** Not known for want of `missing`, of which there is at least one. */
export const unknown = (...missing: readonly string[]): Unknown => ({ missing })

/** The contrary; of what is not known, neither is it. */
export const not = (truth: Truth): Truth => (typeof truth === 'boolean' ? !truth : truth)

/** Whether one at least is true: one that is makes up for all that are not known. */
export const some = <Item>(items: readonly Item[], holds: (item: Item) => Truth): Truth =>
  decided(items, holds, true)

/** Whether all are true: one that is not makes up for all that are not known. */
export const every = <Item>(items: readonly Item[], holds: (item: Item) => Truth): Truth =>
  decided(items, holds, false)

const decided = <Item>(items: readonly Item[], holds: (item: Item) => Truth, decisive: boolean): Truth => {
  let missing: string[] | undefined
  for (const item of items) {
    const truth = holds(item)
    if (truth === decisive) return decisive
    if (typeof truth === 'boolean') continue
    missing ??= []
    missing.push(...truth.missing)
  }
  return missing ? { missing } : !decisive
}
