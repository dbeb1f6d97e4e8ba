import { z } from 'zod'

/** A setting that is a number in decimal digits; whatever else it is, `error` says what to write. */
export const decimal = (error: string, bounds: z.ZodNumber) =>
  z
    .string()
    .regex(/^-?\d+(?:\.\d+)?$|^\.\d+$/, { error, abort: true })
    .transform(Number)
    .refine((value) => bounds.safeParse(value).success, { error })

/** A whole number from `least` to `most`. */
export const wholeNumber = (least: number, most?: number) =>
  decimal(
    most === undefined
      ? `must be a whole number, at least ${least}, in digits alone`
      : `must be a whole number from ${least} to ${most}, in digits alone`,
    z
      .int()
      .min(least)
      .max(most ?? Number.MAX_SAFE_INTEGER),
  )
