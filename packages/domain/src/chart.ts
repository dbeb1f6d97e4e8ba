/** A picture of numbers over time. */
export interface LineChart {
  readonly title: string
  /** Of the vertical axis, such as `Percent` or `Bytes`. */
  readonly unit: string
  /** At most a dozen; times in milliseconds since the epoch, ascending. */
  readonly series: readonly {
    readonly label: string
    readonly points: readonly (readonly [time: number, value: number])[]
  }[]
  /** A horizontal line, such as the threshold of an alarm. */
  readonly threshold?: number
}

/** Draws a chart as a picture of 800 by 400 pixels, in base64. */
export type Draw = (chart: LineChart) => Promise<{ readonly data: string; readonly mimeType: 'image/png' }>
