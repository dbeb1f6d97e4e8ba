import type { RegionAnswer } from './across-regions.ts'
import { fairShares } from './fair-shares.ts'
import { answerLimit, answerSize, type Cut, fitAnswer, listIn } from './fit-answer.ts'
import type { NextPage } from './format.ts'
import type { ShapedRegion } from './format-regions.ts'
import type { PageStart } from './page-cursor.ts'
import { redactSecrets } from './redact.ts'
import { columnsOf, selectFields } from './select-fields.ts'
import type { AnyTool, ToolAnswer } from './tool.ts'

/** An answer as a caller gets it. */
export interface ShapedAnswer extends ToolAnswer<unknown> {
  /** What it lost to be short enough. */
  readonly cut?: Cut
  /** The same as sentences. */
  readonly notes?: readonly string[]
  readonly nextPage?: NextPage
}

/** What a call asked for, beside what its tool saw of it. */
export interface Asked {
  readonly tool: AnyTool
  readonly page: PageStart
  readonly fields?: readonly string[] | undefined
  /** The cursor of a page, in this region or in that of the call. */
  seal(page: PageStart, region: string | undefined): string
}

/** The answer of a call that asked in one region. */
export const shapeAnswer = (answer: ToolAnswer<unknown>, asked: Asked): ShapedAnswer =>
  shapeAnswers([{ answer }], asked)[0] ?? answer

/** The answers of a call that asked several regions; each has its share of what one answer may be long. */
export const shapeRegions = (all: readonly RegionAnswer[], asked: Asked): readonly ShapedRegion[] => {
  const shaped = shapeAnswers(
    all.filter((each) => 'answer' in each),
    asked,
  ).values()
  return all.map((each) => {
    const { region } = each
    return 'error' in each ? each : { region, answer: shaped.next().value ?? each.answer }
  })
}

/**
 * The answers of one call, one for each region where it asked several: without the records that were shown before, with
 * the columns that were asked for, without secrets, and together short enough for a model.
 */
const shapeAnswers = (
  answers: readonly { readonly answer: ToolAnswer<unknown>; readonly region?: string }[],
  asked: Asked,
): readonly ShapedAnswer[] => {
  const all = answers.map(({ answer, region }) => {
    return { answer, region, data: selected(answer.data, asked) }
  })
  const shares = sharesOf(all)
  return all.map(({ answer, region, data }, index) => {
    const fitted = answer.whole ? { data } : fitAnswer(data, asked.tool.listField, shares[index])
    const { cut } = fitted
    const nextPage = nextPageOf(answer, { asked, region, cut })
    return {
      ...answer,
      data: fitted.data,
      ...(cut && { cut, notes: notesOf(cut, { asked, goesOn: nextPage !== undefined }) }),
      ...(nextPage && { nextPage }),
    }
  })
}

const sharesOf = (all: readonly { readonly data: unknown }[]): readonly number[] =>
  // Measuring has its price, and one answer has all of it anyway.
  all.length === 1
    ? [answerLimit]
    : fairShares(
        all.map(({ data }) => answerSize(data)),
        answerLimit,
      )

/** Secrets go first: the name that gives one away may stand in a column that was not asked for. */
const selected = (data: unknown, { tool: { listField }, page: { skip }, fields }: Asked): unknown => {
  const list = skip > 0 ? listIn(data, listField) : undefined
  const left = list && listField !== undefined ? { ...(data as object), [listField]: list.slice(skip) } : data
  const clean = redactSecrets(left)
  return fields ? selectFields(clean, listField, fields) : clean
}

/** The rest of a page that was cut, else the page that AWS has after it. */
const nextPageOf = (
  answer: ToolAnswer<unknown>,
  { asked, region, cut }: { asked: Asked; region: string | undefined; cut: Cut | undefined },
): NextPage | undefined => {
  const { tool, page } = asked
  if (tool.cursorField === undefined) return undefined
  const field = tool.cursorField
  if (cut?.shown !== undefined) {
    return { field, value: asked.seal({ token: page.token, skip: page.skip + cut.shown }, region) }
  }
  // AWS writes "no more" as an absent token or as an empty one.
  if (!answer.next) return undefined
  return { field, value: asked.seal({ token: answer.next, skip: 0 }, region) }
}

/** Names of ours and numbers only: these sentences stand outside of the fence. */
const notesOf = (cut: Cut, { asked, goesOn }: { asked: Asked; goesOn: boolean }): readonly string[] => {
  const inside = (cut.inside?.length ?? 0) + (cut.texts ?? 0)
  const fewer = columnsOf(asked.tool) ? ', or for fewer columns (fields)' : ''
  return [
    ...(cut.list === undefined
      ? []
      : [`Cut for length: ${cut.shown} of ${cut.of} ${cut.list} are shown${goesOn ? ' so far' : ''}.`]),
    ...(inside === 0 ? [] : [`Cut for length: ${inside} of the lists and texts inside.`]),
    ...(goesOn ? [] : [`Ask for less at once${fewer}.`]),
  ]
}
