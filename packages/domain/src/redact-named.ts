import { isHarmlessValue, isSecretName } from './secret-names.ts'

/** What stands in the place of a secret. */
export const redacted = '[redacted]'

/**
 * A text without the values that follow the name of a secret: `password=hunter2`, `DB_PASSWORD: hunter2`,
 * `export API_KEY="…"`, `?token=…`, `Authorization: Basic …`, `--password hunter2`, and rows such as
 * `name: DB_PASSWORD`, `value: hunter2`. Linear in the text: each name and each value is read once.
 */
export const withoutNamed = (text: string): string => {
  if (!mayBe.test(text)) return text
  const kept: string[] = []
  let from = 0
  const sign = new RegExp(assignment)
  // Logs repeat their names.
  const known = new Map<string, boolean>()
  const isSecret = (name: string): boolean => {
    const seen = known.get(name) ?? isSecretName(name)
    if (known.size < 1_000) known.set(name, seen)
    return seen
  }
  for (let found = sign.exec(text); found; found = sign.exec(text)) {
    const value = secretAfter(text, found, isSecret)
    if (!value) continue
    kept.push(text.slice(from, value.start), redacted)
    from = value.end
    sign.lastIndex = value.end
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from)
}

const mayBe =
  /pass|pwd|secret|token|key|credential|auth|cookie|jwt|hmac|\bpin\b|[_-](?:pw|creds?|pat|sk|pin)\b/i

/**
 * A name and the sign after it, each quote of them plain or escaped once; or an option with its value after a space; or the
 * row of a name, up to its value. The lookbehind lets no name be tried from each of its letters.
 */
const assignment = new RegExp(
  [
    /(?<![\w.-])(?<row>(?:parameter)?(?:name|key)\\?"?:[ \t]{0,4}\\?["']?(?<named>[\w.-]{1,64})\\?["']?,?\s{0,40}\\?"?(?:parameter)?value\\?"?:[ \t]{0,4}\\?["']?)/,
    /(?<![\w.-])(?<option>--[a-z][\w-]{1,40})[ ](?=[^\s-])/,
    /(?<![\w.-])(?<name>[\w.-]{1,200})\\?["']?[ \t]{0,3}[:=](?![=:>~])[ \t]{0,3}\\?["']?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
)

/** Where the value stands that a sign gives to the name of a secret; undefined where there is none. */
const secretAfter = (
  text: string,
  found: RegExpExecArray,
  isSecret: (name: string) => boolean,
): { readonly start: number; readonly end: number } | undefined => {
  const { name = '', named, option } = found.groups ?? {}
  const sign = found[0]
  if (!isSecret(named ?? option ?? name) && !headers.test(name)) return undefined
  const colon = named === undefined && option === undefined && !sign.includes('=')
  // Parts of ARNs and of paths: `…:secret:db`, `…/token:latest`.
  if (colon && /[:/]/.test(text.charAt(found.index - 1))) return undefined
  const start = found.index + sign.length + schemeAt(text, found.index + sign.length)
  if (!isSetting(sign) && isCode.test(text.slice(start, start + 100))) return undefined
  const value = matchAt(valueFor(sign, name), text, start)
  if (value === undefined) return undefined
  const end = start + value.length
  // What is left as it is, is read again for names in it, so it must be short.
  if (value.length < 500) {
    if (isHarmlessValue(value) || saysHow(named ?? option ?? name, value, sign)) return undefined
    if (colon && isProse(text, sign, end, value)) return undefined
  }
  return { start, end }
}

/** Of HTTP, whose names do not say that they are secret. */
const headers = /^(?:proxy-)?authorization$|^(?:set-)?cookie$/i

/**
 * What became of it, or how many there are: `pass: 12, fail: 0`, `password: incorrect`, `tokens=1234`, `credentials: 3 rows`,
 * `Access token: 401`. A longer number may be a PIN.
 */
const saysHow = (name: string, value: string, sign: string): boolean => {
  // Who sets one (`DB_PASSWORD=changed`) says the value, whatever the word.
  if (isOutcome.test(value)) return !isSetting(sign) || /^(?:pass|auth)$/i.test(name)
  if (/(?:tokens|credentials|creds|secrets|passwords|keys)$/i.test(name)) return /^\d{1,12}[.]?$/.test(value)
  if (/^(?:pass|auth)$/i.test(name)) return /^\d{1,4}$/.test(value)
  return /^[A-Za-z]+$/.test(name) && /: $/.test(sign) && /^\d{1,3}[.]?$/.test(value)
}

const isOutcome = new RegExp(
  `^(?:${[
    'ok|success|succeeded|successful|fail|failed|failure|error|denied|rejected|refused|accepted|granted',
    'correct|incorrect|valid|invalid|wrong|bad|expired|missing|mismatch|empty|unset|unknown|found|verified',
    'changed|unchanged|updated|rotated|revoked|reset|created|deleted|expiring|refreshed|matched',
  ].join('|')})[.!?]?$`,
  'i',
)

/** `Bearer`, `Basic` and the like stay in front of what they announce. */
const schemeAt = (text: string, at: number): number =>
  matchAt(/(?:bearer|basic|digest|token|apikey)[ \t]{1,3}(?=\S)/iy, text, at)?.length ?? 0

/** To the closing quote where one was opened; else to what ends a word, and in settings (`A_B=x,y`) to the next space. */
const valueFor = (sign: string, name: string): RegExp => {
  const quote = /(\\?)(["'])$/.exec(sign)
  if (!quote && /cookie$/i.test(name)) return /[^\r\n"']+/y
  if (quote?.[1] === '') return quote[2] === '"' ? /(?:[^"\\\r\n]|\\.)+/y : /[^'\r\n]+/y
  if (!quote && isSetting(sign)) return /[^\s"'`&;]+/y
  return /[^\s"'`,;&})\]\\<]+/y
}

/** `API_KEY=`, as shells and files of settings have it. */
const isSetting = (sign: string): boolean => /^[A-Z][A-Z0-9_]*=$/.test(sign)

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Calls, tags of YAML, what opens a list or an object or goes on below, and what is taken out already. */
const isCode =
  /^(?:[A-Za-z_][\w.]{0,60}\(|(?:await|new) |\$[{(][^{}()\s]{0,80}[})]|!(?:Ref|Sub|GetAtt|ImportValue|Join|FindInMap|Select|If|Split|Base64|Transform)\b|[|>][-+]?\s|[{[(])/

/** `Password: must have 8 characters`: a word that more words follow. Also tags of images, as in `my-token:latest`. */
const isProse = (text: string, sign: string, end: number, value: string): boolean => {
  if (/:$/.test(sign) && /^(?:latest|stable|v?\d[\d.]*)$/.test(value)) return true
  return (
    !/["']$/.test(sign) &&
    /^[A-Za-z]{1,20}$/.test(value) &&
    /^[ \t]{1,3}[A-Za-z]/.test(text.slice(end, end + 4))
  )
}
