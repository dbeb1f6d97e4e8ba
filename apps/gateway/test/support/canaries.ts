import { randomBytes } from 'node:crypto'

/** Strings that nothing else has, each under the place where it was planted. */
export interface Canaries {
  /** A new one, or one that looks like this where `shape` makes it so. */
  plant(place: string, shape?: (unique: string) => string): string
  /** Takes in one that somebody else made. */
  known(place: string, text: string): string
  /** Places whose canary stands in a text, as it is, in base64 or in hexadecimal. */
  foundIn(text: string, places?: ReadonlySet<string>): string[]
  readonly places: ReadonlySet<string>
  /** All of them, each with its place. */
  planted(): readonly (readonly [place: string, text: string])[]
}

/** Makes canaries of a run of their own. */
export const openCanaries = (): Canaries => {
  const planted = new Map<string, string>()
  const known = (place: string, text: string): string => {
    if (planted.has(place)) throw new Error(`two canaries at ${place}`)
    planted.set(place, text)
    return text
  }
  return {
    known,
    planted: () => [...planted],
    plant: (place, shape = (unique) => unique) =>
      known(place, shape(`canary${randomBytes(9).toString('hex')}`)),
    foundIn(text, places) {
      const lower = text.toLowerCase()
      return [...planted].flatMap(([place, canary]) =>
        (!places || places.has(place)) && formsOf(canary).some((form) => lower.includes(form.toLowerCase()))
          ? [place]
          : [],
      )
    },
    get places() {
      return new Set(planted.keys())
    },
  }
}

/** In base64 a text has three forms, by where it begins among the bytes; its ends depend on what stands beside it. */
const formsOf = (text: string): readonly string[] => {
  const inBase64 = [0, 1, 2].map((before) =>
    Buffer.from(`${'x'.repeat(before)}${text}`)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : 4, -2),
  )
  const forms = [
    text,
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString('hex'),
  ]
  return [...forms, ...inBase64]
}
