import { z } from 'zod'

/**
 * Text of 1 to `most` characters, of this form where one is given. The bounds are checked and not shown: in a schema they
 * would cost every model tokens, and help none.
 */
export const boundedText = (most: number, { least = 1, form, message }: TextForm = {}) =>
  z
    .string()
    .refine(({ length }) => length >= least && length <= most, `must have ${least} to ${most} characters`)
    .refine((text) => form === undefined || form.test(text), message)

interface TextForm {
  readonly least?: number
  readonly form?: RegExp
  /** What a text of another form is told. */
  readonly message?: string
}

/** A list of at most `most`, which is not shown either. */
export const boundedList = <Item extends z.ZodType>(item: Item, most: number, least = 0) =>
  z
    .array(item)
    .refine(({ length }) => length >= least && length <= most, `must have ${least} to ${most} entries`)

/** A text of a pattern that is not shown, which would cost a model more than it tells; `like` says which, in a few words. */
export const patternedText = (pattern: RegExp, like: string) =>
  z.string().refine((text) => pattern.test(text), `must be ${like}`)
