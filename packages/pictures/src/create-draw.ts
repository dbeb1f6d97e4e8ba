import type { Draw } from '@gateway/domain'

/** Draws line charts as PNG; what it takes to draw is loaded with the first picture. */
export const createDraw = (): Draw => async (chart) => {
  const { lineChartPicture } = await import('./line-chart-picture.ts')
  return lineChartPicture(chart)
}
