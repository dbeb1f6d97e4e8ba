import { redactText } from '@gateway/domain'

/**
 * A log line without what looks like a secret or a person's address; reads the line a few times, never more. Stricter than
 * what is done to any answer: a line is counted and quoted far from where it was written.
 */
export const withoutSecrets = (line: string): string =>
  redactText(line.replace(urlPassword, '://[redacted]@'))
    .replace(bearer, '$1[redacted]')
    .replace(words, redactedWord)

/** `https://user:password@host` (RFC 3986, section 3.2.1). */
const urlPassword = /:\/\/[^\s/@:]{1,100}:[^\s/@:]{1,100}@/g

/** Also short ones. */
const bearer = /(\bbearer\s{1,3})(?!\[redacted\])[^\s"',;&}\\]+/gi

const words = /[A-Za-z0-9_.+/=@-]+/g

const redactedWord = (word: string): string => {
  if (/^(AKIA|ASIA)[A-Z0-9]{12,}$/.test(word)) return '[redacted]'
  // RFC 7519: the header of a JWT is JSON, so its base64 starts like this.
  if (word.startsWith('eyJ') && word.includes('.')) return '[redacted]'
  const at = word.indexOf('@')
  if (at > 0 && word.includes('.', at)) return '[email]'
  return word
}
