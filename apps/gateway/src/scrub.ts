/**
 * Takes out of a line what looks like a secret: the last step before any sink, for what the allow-listed fields
 * let through. Patterns: JWTs, AWS access keys and session tokens, values behind names of secrets, credentials in
 * headers and URLs.
 */
export const scrub = (line: string): string =>
  maySayOne.test(line) || mayNameOne.test(line)
    ? patterns.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line)
    : line

/** No pattern matches where neither of these two does; nearly all lines are done with them. */
const maySayOne = /eyJ|A[KS]IA|F[wQ]oG|IQoJ|[@=]/
const mayNameOne = /(?:bearer|basic) |secret|token(?!_?id)|password|credential|private/i

const patterns: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+(?:\.[\w-]*){2,4}/g, '[jwt]'],
  [/\bA(?:KIA|SIA)[A-Z0-9]{16}\b/g, '[access-key]'],
  [/\b(?:FwoG|FQoG|IQoJ)[A-Za-z0-9+/=%]{20,}/g, '[session-token]'],
  [/:\/\/[^/\s"\\:@]*:[^/\s"\\]*@/g, '://[secret]@'],
  [/\b(bearer|basic) +[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [
    /\b(code|token|secret|assertion|code_verifier|refresh_token|access_token|client_secret)=[^&\s"\\]+/gi,
    '$1=[secret]',
  ],
  [
    // The id of a token is no secret, and what an audit event is found by.
    /((?:secret|token(?!_?id)|password|credential|private)[\w-]{0,64}\\*"?\s*[:=>]\s*\\*"?)[A-Za-z0-9+/=_-]{16,}/gi,
    '$1[secret]',
  ],
]
