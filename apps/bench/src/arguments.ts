import { parseArgs } from 'node:util'

/** Parts of the bench that can be run alone. */
export const sectionNames = [
  'calls',
  'peers',
  'lists',
  'sessions',
  'streams',
  'replicas',
  'latency',
  'aws',
  'policy',
  'parts',
] as const

export type SectionName = (typeof sectionNames)[number]

/** What the command line asks for. */
export interface Asked {
  readonly json: boolean
  readonly rounds: number
  /** Of load in each round of each server. */
  readonly seconds: number
  readonly only: ReadonlySet<SectionName>
}

/** Reads the arguments; throws a sentence about the first that it does not understand. */
export const readArguments = (args: readonly string[]): Asked => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1.5' },
      only: { type: 'string', default: sectionNames.join(',') },
    },
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) throw new Error('--rounds: 1 to 50')
  const seconds = Number(values.seconds)
  if (!(seconds >= 0.1 && seconds <= 60)) throw new Error('--seconds: 0.1 to 60')
  const only = values.only.split(',').map((name) => {
    const known = sectionNames.find((each) => each === name.trim())
    if (!known) throw new Error(`--only: some of ${sectionNames.join(', ')}, with commas`)
    return known
  })
  return { json: values.json, rounds, seconds, only: new Set(only) }
}
