import type { Numbered } from './inputs/make-input.ts'
import type { Fault } from './judge-exchange.ts'

/** A fault with the input that shows it, and how often it was seen. */
export interface Finding extends Fault {
  readonly target: string
  readonly what: string
  /** `seed:index`, to be sent again by `--replay`; absent where no one input is to blame. */
  readonly replay?: string
  readonly times: number
}

/** The finding of one fault. */
export const findingOf = (input: Numbered | undefined, fault: Fault): Finding => ({
  ...fault,
  target: input?.target ?? 'all',
  what: input?.what ?? 'the run',
  ...(input && { replay: `${input.seed}:${input.index}` }),
  times: 1,
})

/** Each kind of finding once, with its first input and how often it came. */
export const sameFinding = (findings: readonly Finding[]): Finding[] => {
  const kinds = new Map<string, Finding>()
  for (const finding of findings) {
    const key = keyOf(finding)
    const known = kinds.get(key)
    kinds.set(key, known ? { ...known, times: known.times + finding.times } : finding)
  }
  return [...kinds.values()]
}

/** What differs between two inputs and not between two faults: numbers, ids, texts of the input. */
const keyOf = ({ kind, target, detail, what }: Finding): string =>
  [
    kind,
    target,
    what.split(/[:,]/)[0],
    detail.slice(0, 300).replaceAll(/[\da-f]{8}-[\da-f-]{27}|\d+/g, '#'),
  ].join(' ')
