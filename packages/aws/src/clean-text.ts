/**
 * Words of AWS or of the SDK, fit for a caller and for the log: one line, at most 300 characters, no control
 * or direction characters, and nothing that is or looks like a credential. `secrets` are removed literally.
 */
export const cleanText = (text: string, secrets: readonly string[] = []): string => {
  // Patterns look at a bounded text: some of them would take long for a long one.
  let clean = text.slice(0, 4096).toWellFormed()
  // The longest first, so that one that is part of another does not leave the rest of that.
  const longestFirst = secrets
    .filter((secret) => secret !== '')
    .sort((one, other) => other.length - one.length)
  for (const secret of longestFirst) clean = clean.replaceAll(secret, removed)
  for (const pattern of credentialPatterns) clean = clean.replace(pattern, removed)
  clean = clean.replace(/[\p{C}\p{Z}]+/gu, ' ').trim()
  return clean.length <= longest ? clean : `${clean.slice(0, longest - 1).toWellFormed()}…`
}

/** A code, name or request id of AWS, which comes from headers and bodies that anything may have written. */
export const cleanToken = (token: unknown): string | undefined =>
  typeof token === 'string' && /^[\w.:/+=-]{1,128}$/.test(token) ? token : undefined

const removed = '[removed]'
const longest = 300

const credentialPatterns: readonly RegExp[] = [
  /\bA(KIA|SIA)[A-Z0-9]{12,}\b/g,
  /eyJ[\w-]+\.[\w-]+\.[\w-]*/g,
  // How the session tokens of STS begin.
  /\b(FwoG|FQoG|IQoJ)[\w/+=]{16,}/g,
  /\b(code|token|secret|assertion|signature|credential|[\w-]*(_|-)(token|secret|signature|credential|verifier))=[^&\s"]+/gi,
  // A secret access key: 40 characters of base64 in which capitals, small letters and digits mix.
  /(?<![\w/+=])(?=[^\s]*[A-Z])(?=[^\s]*[a-z])(?=[^\s]*\d)[A-Za-z0-9/+]{40}(?![\w/+=])/g,
  // "Encoded authorization failure message": thousands of characters that no reader can use.
  /[\w/+=-]{100,}/g,
]
