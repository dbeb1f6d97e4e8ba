/** How much of `total` each of these sizes gets: what is small all it needs, the others the same of what is left. */
export const fairShares = (sizes: readonly number[], total: number): readonly number[] => {
  const shares = sizes.map(() => 0)
  let left = Math.max(0, total)
  const order = sizes.map((size, index) => ({ size, index })).sort((a, b) => a.size - b.size)
  for (const [done, { size, index }] of order.entries()) {
    const share = Math.min(size, Math.floor(left / (order.length - done)))
    shares[index] = share
    left -= share
  }
  return shares
}
