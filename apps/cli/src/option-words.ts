import { parseArgs } from 'node:util'

/** One option: `noun` says what its value is, such as `a file`; without one it takes no value. */
export interface Option {
  readonly noun?: string
  /** Whether it may come more than once; each value may also be several with commas between them. */
  readonly many?: true
  readonly short?: string
}

export type Options = Readonly<Record<string, Option>>

/** The values of options as a command finds them: flags are there as false. */
export type ValuesOf<Known extends Options> = {
  readonly [Name in keyof Known as Known[Name] extends { noun: string }
    ? Name
    : never]?: Known[Name] extends {
    many: true
  }
    ? readonly string[]
    : string
} & { readonly [Name in keyof Known as Known[Name] extends { noun: string } ? never : Name]: boolean }

/** What words say, or one sentence about what is wrong with them; `given` are the options that are there. */
export type ReadWords<Known extends Options> =
  | {
      readonly values: ValuesOf<Known>
      readonly given: readonly string[]
      readonly operands: readonly string[]
    }
  | { readonly fault: string }

/** Reads the words of a command line. */
export const readWords = <Known extends Options>(
  words: readonly string[],
  known: Known,
): ReadWords<Known> => {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { noun, many, short }]) => [
      name,
      {
        type: noun === undefined ? ('boolean' as const) : ('string' as const),
        multiple: many === true,
        ...(short !== undefined && { short }),
      },
    ]),
  )
  try {
    const { values, positionals, tokens } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
      tokens: true,
    })
    const given = tokens.flatMap((token) => (token.kind === 'option' ? token.name : []))
    const fault = valueFault(given, values, known)
    if (fault !== undefined) return { fault }
    const all = Object.entries(known).flatMap(([name, { noun, many }]) => {
      const value = values[name] ?? (noun === undefined ? false : undefined)
      return value === undefined ? [] : [[name, many ? listIn(value) : value]]
    })
    return { values: Object.fromEntries(all) as ValuesOf<Known>, given, operands: positionals }
  } catch (thrown) {
    // parseArgs explains each of its refusals in a sentence, and adds advice that is for programmers.
    const sentence = thrown instanceof Error ? thrown.message.split(/\.\s/)[0] : undefined
    return { fault: sentence ?? String(thrown) }
  }
}

type Values = ReturnType<typeof parseArgs>['values']

const valueFault = (given: readonly string[], values: Values, known: Options): string | undefined => {
  for (const [i, name] of given.entries()) {
    const { noun, many } = known[name] ?? {}
    if (!many && noun !== undefined && given.indexOf(name) !== i) return `--${name} is there twice`
    const value = values[name]
    const empty = many ? listIn(value).length === 0 : typeof value === 'string' && value.trim() === ''
    if (noun !== undefined && empty) return `--${name} needs ${noun}`
  }
  return undefined
}

const listIn = (value: Values[string]): string[] =>
  (Array.isArray(value) ? value : []).flatMap((each) =>
    String(each)
      .split(',')
      .flatMap((part) => part.trim() || []),
  )
