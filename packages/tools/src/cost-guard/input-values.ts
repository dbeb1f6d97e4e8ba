import type { AwsRequest } from '@gateway/domain'

/** Members of an input, whatever they are. */
export type Members = Readonly<Record<string, unknown>>

/** The input of a request. */
export const membersOf = ({ input }: Pick<AwsRequest, 'input'>): Members => input as Members

/** Of a structure; none where it is absent or something else. */
export const recordOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {}

/** Of a list; none where it is absent or something else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A text that is not empty. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** Reads numbers of an input; those that are none, negative or beyond belief become faults, and no estimate is made of them. */
export const numbersOf = (members: Members, faults: string[]) => ({
  /** Undefined where it is absent or a fault. */
  whole(
    name: string,
    { least = 1, most = 1_000_000 }: { least?: number; most?: number } = {},
  ): number | undefined {
    const value = members[name]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
      return value
    faults.push(`${name} must be a whole number from ${least} to ${most}.`)
    return undefined
  },
})
