import { type CursorBinding, type CursorCodec, unknownCursor } from './cursor.ts'

/** Where a page starts: AWS's token, if it is not the first, and how many of its records were shown before. */
export interface PageStart {
  readonly token: string | undefined
  readonly skip: number
}

/** The cursor that leads to a page, or into one that was too long for one answer. */
export const sealPage = (cursors: CursorCodec, { token, skip }: PageStart, binding: CursorBinding): string =>
  cursors.seal(JSON.stringify([token ?? null, skip]), binding)

/** Throws `unknown_cursor`, the same for every cause. */
export const openPage = (cursors: CursorCodec, cursor: string, binding: CursorBinding): PageStart => {
  const [token, skip] = parsed(cursors.open(cursor, binding))
  return { token: token ?? undefined, skip }
}

/** What we have signed is right, but a release before may have signed something else. */
const parsed = (text: string): readonly [token: string | null, skip: number] => {
  try {
    const value: unknown = JSON.parse(text)
    if (
      Array.isArray(value) &&
      (value[0] === null || typeof value[0] === 'string') &&
      Number.isInteger(value[1]) &&
      value[1] >= 0
    )
      return [value[0], value[1]]
  } catch {
    // Told below, like all else.
  }
  throw unknownCursor()
}
