type Measured = readonly [time: number, value: number]

/** About as many as a chart has pixels for. */
export const mostDrawn = 400

/** No more points than a chart can show: the first, the last, and of each stretch between its least and its greatest. */
export const fewer = (points: readonly Measured[]): readonly Measured[] => {
  const [first, last] = [points[0], points.at(-1)]
  if (points.length <= mostDrawn || !first || !last) return points
  const between = points.slice(1, -1)
  const stretches = mostDrawn / 2 - 1
  const kept = Array.from({ length: stretches }, (_, n) => {
    const [from, to] = [n, n + 1].map((each) => Math.floor((each * between.length) / stretches))
    return extremesOf(between.slice(from, to))
  })
  return [first, ...kept.flat(), last]
}

/** In the order in which they were measured. */
const extremesOf = (points: readonly Measured[]): readonly Measured[] => {
  let [least, most] = [0, 0]
  points.forEach(([, value], n) => {
    if (value < (points[least]?.[1] ?? value)) least = n
    if (value > (points[most]?.[1] ?? value)) most = n
  })
  return points.filter((_, n) => n === least || n === most)
}
