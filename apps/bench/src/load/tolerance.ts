/**
 * Throws if more than one answer in a hundred was wrong. Fewer are what a busy machine does to time limits, such as that
 * of a Redis command; they are not counted as served.
 */
export const tolerate = (name: string, wrong: number, right: number, example?: unknown): void => {
  if (right > 0 && wrong <= right / 100) return
  throw new Error(`${name}: ${wrong} wrong answers under load, ${right} right ones`, { cause: example })
}
