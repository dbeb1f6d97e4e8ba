/** Does `work` for every item, at most `width` at a time; the first failure stops what has not begun. */
export const inParallel = async <Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<unknown>,
): Promise<void> => {
  const left = items.values()
  let failed = false
  const worker = async () => {
    for (const item of left) {
      if (failed) return
      await work(item)
    }
  }
  const workers = Array.from({ length: width }, worker)
  try {
    await Promise.all(workers)
  } catch (thrown) {
    failed = true
    await Promise.allSettled(workers)
    throw thrown
  }
}
