import { withoutCommands, withoutUrls } from './redact-commands.ts'
import { redacted, withoutNamed } from './redact-named.ts'
import { isHarmlessValue, isSecretName } from './secret-names.ts'

export { redacted }

/**
 * A text without the secrets that can be told by their form alone. Of a `body`, which its reader asked for as it is,
 * only private keys and AWS's own secrets are taken. Linear in the text.
 */
export const redactText = (text: string, kind: 'text' | 'body' = 'text'): string => {
  if (text.length < shortest || !mayHideSome.test(text)) return text
  const clean = withoutAwsSecrets(withoutPrivateKeys(text))
  return kind === 'body' ? clean : withoutTokens(clean)
}

const shortest = 5

/** What every rule below needs: a sign or a space after a name, or the start of a token or key. Most names and ids have none. */
const mayHideSome =
  /[:=\s]|eyJ|A[KS]IA|xox|xapp-|gh[opsur]_|github_pat_|glpat-|[rs]k_|whsec_|sk-|AIza|npm_|SG\.|dckr_/

/** Blocks of RFC 7468 and OpenPGP. One that the text starts or ends in is taken too: ranges and log lines cut them. */
const withoutPrivateKeys = (text: string): string => {
  if (!text.includes('PRIVATE KEY')) return text
  const mark = /-----(BEGIN|END) [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g
  const kept: string[] = []
  let from = 0
  let opened = false
  for (const { 0: whole, 1: side, index } of text.matchAll(mark)) {
    if (side === 'BEGIN' && !opened) {
      kept.push(text.slice(from, index), redacted)
      opened = true
    } else if (side === 'END') {
      if (!opened) kept.push(text.slice(from, startOfLines(text, from, index)), redacted)
      from = index + whole.length
      opened = false
    }
  }
  if (!opened) kept.push(text.slice(from))
  return kept.join('')
}

/** Where the lines of base64 begin that end at `end`. */
const startOfLines = (text: string, from: number, end: number): number => {
  let at = end
  while (at > from && /[A-Za-z0-9+/=\r\n\\]/.test(text.charAt(at - 1))) at -= 1
  return at
}

const withoutAwsSecrets = (text: string): string => {
  const named = text.replace(awsAssignment, (_, name: string, sign: string) => name + sign + redacted)
  if (!/A[KS]IA/.test(named)) return named
  // Ids may stand close together; each place is looked at once.
  const near: [from: number, to: number][] = []
  for (const { index } of named.matchAll(/(?:AKIA|ASIA)[A-Z0-9]{16}/g)) {
    const [from, to] = [Math.max(0, index - reach), index + 20 + reach]
    const last = near.at(-1)
    if (last && from <= last[1]) last[1] = to
    else near.push([from, to])
  }
  let at = 0
  const kept: string[] = []
  for (const [from, to] of near) {
    kept.push(named.slice(at, from), named.slice(from, to).replace(secretKey, redactedKey))
    at = to
  }
  return [...kept, named.slice(at)].join('')
}

/** How many characters may stand between an access key id and its secret. */
const reach = 250

const awsAssignment =
  /(secret_?access_?key|aws_session_token|aws_security_token|sessiontoken)(\\?["']?\s{0,8}[:=]\s{0,8}\\?["']?)[A-Za-z0-9/+=]{16,}/gi

/** Forty characters, as secret access keys have; a hash in hexadecimal has so many too. */
const secretKey = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g
const redactedKey = (found: string): string => (/^[0-9a-f]+$/.test(found) ? found : redacted)

const withoutTokens = (text: string): string => {
  let clean = text
  // A lookbehind, so that no run of characters is tried from each of them.
  if (clean.includes('eyJ'))
    clean = clean.replace(/(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g, redacted)
  if (clean.includes('earer ')) clean = clean.replace(/\b(bearer )[\w.~+/=-]{16,}/gi, `$1${redacted}`)
  if (clean.includes('X-Amz-')) {
    clean = clean.replace(/(X-Amz-(?:Signature|Security-Token|Credential)=)[\w%/+=.-]{8,}/gi, `$1${redacted}`)
  }
  // Of SigV2, SigV4 headers, and CloudFront's URLs and cookies.
  if (clean.includes('ignature=')) {
    clean = clean.replace(/((?<![\w-])(?:CloudFront-)?Signature=)[\w%/+=.~-]{8,}/gi, `$1${redacted}`)
  }
  if (mayHaveTokens.test(clean)) clean = clean.replace(knownTokens, redacted)
  clean = withoutCommands(withoutUrls(clean))
  if (clean.includes('":') || clean.includes('" :')) {
    clean = clean.replace(plainMember, memberWithout).replace(escapedMember, memberWithout)
  }
  return withoutNamed(clean)
}

/** Tokens that say whose they are: Slack, GitHub, GitLab, Stripe, OpenAI and others, Google, npm, SendGrid, Docker. */
const knownTokens =
  /(?<![\w-])(?:xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|[rs]k_(?:live|test)_\w{10,}|whsec_[\w+/=]{16,}|sk-(?:ant|proj|svcacct|or-v1)-[\w-]{20,}|sk-(?=[\w-]{0,200}\d)(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}[a-z])[\w-]{20,}|sk-(?=[a-z]{0,99}\d)[a-z\d]{32,}|AIza[\w-]{35}|npm_\w{30,}|SG\.[\w-]{16,64}\.[\w-]{16,}|dckr_pat_[\w-]{16,})/g
const mayHaveTokens = /xox|xapp-|gh[opsur]_|github_pat_|glpat-|[rs]k_|whsec_|sk-|AIza|npm_|SG\.|dckr_/

/** Members of JSON inside of a text, as log lines and payloads have it: its quotes as they are, or escaped once more. */
const plainMember = /(")([\w.-]{1,64})("\s{0,4}:\s{0,4}")(?:[^"\\]|\\.)+/g
const escapedMember = /(\\")([\w.-]{1,64})(\\"\s{0,4}:\s{0,4}\\")(?:[^"\\]|\\\\\\?.)+/g

const memberWithout = (found: string, quote: string, name: string, between: string): string => {
  if (!isSecretName(name)) return found
  const start = quote.length + name.length + between.length
  return isHarmlessValue(found.slice(start)) ? found : found.slice(0, start) + redacted
}
