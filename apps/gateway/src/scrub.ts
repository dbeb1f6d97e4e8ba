import { isHarmlessValue, isSecretName, redactText } from '@gateway/domain'

/**
 * Takes out of a line what looks like a secret: the last step before any sink, for what the allow-listed fields
 * let through. Patterns: JWTs, private keys, AWS access keys and session tokens, signatures of AWS, values behind names of
 * secrets, credentials in headers and URLs. A line that is a JSON object stays one, with the same members. Linear in the line.
 */
export const scrub = (line: string): string => {
  if (!maySayOne.test(line) && !mayNameOne.test(line) && !mayNameOther.test(line)) return line
  const clean = withoutForms(line)
  if (!line.startsWith('{')) return withoutNames(clean)
  // What stood for a number beside a name is no JSON: then each text is looked at for itself.
  return membersWithout(clean, withoutNames) ?? membersWithout(line, textWithout) ?? withoutNames(clean)
}

/**
 * No pattern matches where none of these three does; nearly all lines are done with them. A name of the second is none where
 * another short word is next in a list, as in the rules of every audit record: what patterns look for behind a name begins
 * otherwise.
 */
const maySayOne = /eyJ|A[KS]IA|F[wQ]oG|IQoJ|=|:\/\/[^/\s"\\]*@|-----|%3[AD]/
const mayNameOne =
  /(?:bearer|basic)[ :]|(?:secret|token(?!_?id)|password|credential|private|key(?=\W))(?!s?","[a-z]{4}[a-z.-]{0,30}")/i
/** Other names, where a sign is next; `code` only before what is no word of ours. */
const mayNameOther =
  /(?:passwd|pwd|authorization|cookie|verifier|assertion|(?<!\w)code(?!\\{0,3}"?:\s?\\{0,3}"?[a-z_]{1,64}\\{0,3}"))\\{0,3}["']?\s{0,8}[:%]/i

const withoutForms = (line: string): string =>
  patterns.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    // To the end of the run, which a pattern for the parts would look for from each start in it.
    line.replace(/eyJ[\w.-]+/g, (run) => (/\.[^.]*\.|\.eyJ/.test(run) ? '[jwt]' : run)),
  )

const patterns: readonly (readonly [RegExp, string])[] = [
  // To the end of the block, or of the line where that was cut; a line break may be escaped (RFC 7468).
  [
    /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:[^-"]|-(?!----END))*(?:-----END [A-Z0-9 ]{0,30}-----)?/g,
    '[private-key]',
  ],
  [/\bA(?:KIA|SIA)[A-Z0-9]{16}\b/g, '[access-key]'],
  [/\b(?:FwoG|FQoG|IQoJ)[A-Za-z0-9+/=%]{20,}/g, '[session-token]'],
  // Of presigned URLs and of the header of Signature Version 4 (IAM User Guide, "Elements of an API request signature").
  [/\b((?:Signature|Security-Token|Credential)=)[\w%/+=.~-]+/gi, '$1[secret]'],
  // Also a token that is the user; an image of a registry has a digest there.
  [/:\/\/[^/\s"\\]*@(?!sha256:)/g, '://[secret]@'],
  [/\b(bearer|basic) {1,8}[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [/\b(bearer: {0,8})[\w.~+/=-]{8,}/gi, '$1[secret]'],
  [
    /\b(code|token|secret|assertion|code_verifier|refresh_token|access_token|client_secret)=[^&\s"\\]+/gi,
    '$1=[secret]',
  ],
  // The same in a URL that is a parameter of another one.
  [
    /((?:code|verifier|assertion|secret|token|passw(?:or)?d|pwd|key)%3[ad])(?:[^\s"'&\\%]|%(?!26))+/gi,
    '$1[secret]',
  ],
  [
    // The id of a token is no secret, and what an audit event is found by; nor is the part of an ARN behind its account.
    /((?<!\d:)(?:secret|token(?!_?id)|password|credential|private)[\w-]{0,64}\\*"?\s{0,8}[:=>]\s{0,8}\\*"?)[A-Za-z0-9+/=_.~-]{16,}/gi,
    '$1[secret]',
  ],
  // Forty characters behind a key, as secret access keys have, whatever stands in between.
  [
    /((?:secret|key|token|credentials?)(?:[^\w/+]|\\[nrt]){1,8}(?:(?:is|was)[^\w/+]{1,4})?)[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
    '$1[secret]',
  ],
  // What is 32 random bytes in base64 or hexadecimal behind a key: `STATE_KEY`, `AUDIT_HMAC_KEY`, headers of collectors.
  [/(key\\*"?\s{0,8}[:=]\s{0,8}\\*"?)(?:[A-Za-z0-9+/]{43}=|[0-9a-f]{64})/gi, '$1[secret]'],
  [/(api[_-]?key\\*"?\s{0,8}[:=]\s{0,8}\\*"?)[\w.~+/=-]{8,}/gi, '$1[secret]'],
]

/** A text without what follows a name: those that the answers of tools are searched for, and those of OAuth (RFC 6749, 7523, 7636). */
const withoutNames = (text: string): string =>
  redactText(
    text.replace(ofSignIns, (found, before: string, value: string) =>
      isWord.test(value) ? found : `${before}[secret]`,
    ),
  ).replaceAll('[redacted]', '[secret]')

const ofSignIns =
  /((?<![a-z\d])(?:code|code_?verifier|(?:client_)?assertion)\\*["']?\s{0,8}[:=]\s{0,8}\\*["']?)([^\s"'\\,;&<>{}[\]]+)/gi

const textWithout = (text: string): string => withoutNames(withoutForms(text))

/** The line with each text of it changed where it stands, so that nothing else of the line can; undefined where it is no JSON. */
const membersWithout = (line: string, change: (text: string) => string): string | undefined => {
  try {
    const clean = JSON.stringify(
      JSON.parse(line, (name, value: unknown) => {
        if (typeof value !== 'string' || (opaque.has(name) && /^[\w-]+$/.test(value))) return value
        if (/^code$/i.test(name) && !/\s/.test(value))
          return isWord.test(value) || isMark.test(value) ? value : '[secret]'
        if (!isSecretName(name) && !isOfSignIn.test(name)) return change(value)
        return isHarmlessValue(value) || isMark.test(value) ? value : '[secret]'
      }),
    )
    return line.endsWith('\n') ? `${clean}\n` : clean
  } catch {
    return undefined
  }
}

/** What the chain of an audit log hangs on, and what its records are found by: random, so they can look like anything. */
const opaque = new Set(
  'hash prev_hash key_id args_digest result_digest policy_hash token_id grant_id id traceparent'.split(' '),
)

const isMark = /^\[[a-z-]{1,20}\]$/

const isOfSignIn = /^(?:code_?verifier|(?:client_)?assertion|(?:set-)?cookie)$/i

/** Codes of refusals, of AWS and of the system. A code of OAuth is longer, or has digits between its letters. */
const isWord =
  /^(?:[a-z_]{1,64}(?::[a-z\d_-]{1,40})?|[A-Z][A-Z\d_]{0,31}|[A-Za-z]{1,40}(?:\.[A-Za-z]{1,40})?)$/
