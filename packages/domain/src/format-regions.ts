import type { GatewayError } from './errors.ts'
import { answerFacts, answerLines, errorFacts, errorText, receiptLine, type ToolResult } from './format.ts'
import type { Receipt } from './receipt.ts'
import type { ShapedAnswer } from './shape-answer.ts'

/** What one region answered, as a caller gets it, or why it did not. */
export type ShapedRegion = { readonly region: string } & (
  | { readonly answer: ShapedAnswer }
  | { readonly error: GatewayError }
)

/** The answers of several regions as one result: each with its data and its own cursor, or with its own error. */
export const formatRegions = (answers: readonly ShapedRegion[], receipt: Receipt): ToolResult => {
  const parts = answers.map((each) => {
    const { region } = each
    if ('error' in each) {
      return {
        structured: { region, error: errorFacts(each.error) },
        lines: [`${region}: ${errorText(each.error)}`],
      }
    }
    return {
      structured: { region, ...answerFacts(each.answer) },
      lines: [`${region}:`, ...answerLines(each.answer, region)],
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
