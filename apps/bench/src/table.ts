/** One line of the result. */
export interface Row {
  readonly name: string
  readonly requestsPerSecond: number
  readonly p50: number
  readonly p99: number
  /** Of the ceiling with the same store. */
  readonly ratio: number
}

/** The result as a Markdown table; only its last column means something on another machine. */
export const table = (rows: readonly Row[]): string =>
  [
    '| server | requests/s | p50 ms | p99 ms | of its ceiling |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows.map(
      ({ name, requestsPerSecond, p50, p99, ratio }) =>
        `| ${name} | ${Math.round(requestsPerSecond)} | ${p50} | ${p99} | ${ratio.toFixed(2)} |`,
    ),
  ].join('\n')
