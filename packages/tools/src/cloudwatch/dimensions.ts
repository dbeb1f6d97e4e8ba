import { z } from 'zod'
import { boundedText } from '../bounded-text.ts'

/** Dimensions of a metric, as tools take and as they tell them. */
export type Dimensions = readonly { readonly name: string; readonly value: string }[]

export const dimensionsInput = z
  .array(z.strictObject({ name: boundedText(255), value: boundedText(1024) }))
  .max(30)

/** The same in an answer, so that it can be given as it is. */
export const dimensionsSchema = z.array(z.object({ name: z.string(), value: z.string() }))

/** As CloudWatch takes them. */
export const toAws = (dimensions: Dimensions) =>
  dimensions.map(({ name, value }) => ({ Name: name, Value: value }))

/** What CloudWatch answered. */
export const fromAws = (
  dimensions: readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[],
) => dimensions.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value }))
