import type { ChangeRecord } from './change-record.ts'

/** What a plan has to say of the nested stacks in it, each of which is one line; undefined where there are none. */
export const nestedNote = (changes: readonly ChangeRecord[]): string | undefined => {
  const { length } = changes.filter(
    ({ action, type }) => type === 'AWS::CloudFormation::Stack' && action !== 'Retain',
  )
  if (length === 0) return undefined
  return length === 1
    ? '1 of them is a nested stack; what it contains is not listed, and may change or go with it.'
    : `${length} of them are nested stacks; what they contain is not listed, and may change or go with them.`
}
