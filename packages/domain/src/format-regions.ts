import type { RegionAnswer } from './across-regions.ts'
import { errorFacts, errorText, fenced, type NextPage, receiptLine, type ToolResult } from './format.ts'
import type { Receipt } from './receipt.ts'
import { renderData } from './render-data.ts'
import type { ToolAnswer } from './tool.ts'

/** The answers of several regions as one result: each with its data and its own cursor, or with its own error. */
export const formatRegions = (
  answers: readonly RegionAnswer[],
  receipt: Receipt,
  nextPage: (answer: ToolAnswer<unknown>, region: string) => NextPage | undefined,
): ToolResult => {
  const parts = answers.map((each) => {
    const { region } = each
    if ('error' in each) {
      return {
        structured: { region, error: errorFacts(each.error) },
        lines: [`${region}: ${errorText(each.error)}`],
      }
    }
    const { answer } = each
    const next = nextPage(answer, region)
    const truncated = answer.truncated === true || next !== undefined
    return {
      structured: {
        region,
        data: answer.data,
        ...(next && { nextCursor: next.value }),
        ...(truncated && { truncated }),
      },
      lines: [
        `${region}:`,
        ...fenced(renderData(answer.data)),
        ...(next ? [`There is more: call again with region = ${region}, ${next.field} = ${next.value}`] : []),
        ...(truncated && !next ? ['Cut off here.'] : []),
      ],
    }
  })
  const failed = answers.filter((each) => 'error' in each).length
  const summary = failed > 0 ? [`${failed} of ${answers.length} regions gave no answer; see below.`] : []
  return {
    text: [receiptLine(receipt), ...summary, ...parts.flatMap(({ lines }) => lines)].join('\n'),
    structured: { regions: parts.map(({ structured }) => structured), receipt, untrusted: true },
    isError: false,
  }
}
