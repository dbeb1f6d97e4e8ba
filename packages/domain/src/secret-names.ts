/**
 * Whether a member of this name holds a secret, in any spelling: `MasterUserPassword`, `DB_PASSWORD_PROD`, `apiKey`. What
 * only tells of one does not (`passwordLastUsed`, `secretArn`, `accessKeyId`), nor do tokens that turn pages.
 */
export const isSecretName = (name: string): boolean => {
  if (!mayBe.test(name)) return false
  const words = (name.slice(-128).match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).slice(-12)
  const lower = words.map((word) => word.toLowerCase())
  // CloudWatch Logs calls the parts of a pattern so.
  if (lower.join('') === 'tokenstring') return false
  // The last word that ends the name of a secret; what comes after it may make it a word about one.
  const last = lower.findLastIndex((_, n) => endsSecret(lower.slice(0, n + 1), isSetting(name)))
  if (last === -1) return false
  const before = lower.slice(0, last + 1)
  const after = lower.slice(last + 1)
  if (harmless.test(before.join('')) || about.test(lower[0] ?? '')) return false
  return after.length === 0 || !(onlyAtEnd.test(before.join('')) || after.some((word) => tellsOf.test(word)))
}

/** Under the name of a secret, but none: empty, masked already, a placeholder, or the name of where it is kept. */
export const isHarmlessValue = (text: string): boolean => harmlessValue.test(text)

/** Cheap, since it is asked of every member of every answer. */
const mayBe =
  /pass|pwd|secret|token|key|credential|keymaterial|userdata|auth|jwt|hmac|(?:^|[_.-])(?:pw|creds?|pat|sk|pin)(?:$|[_.-])/i

/** Whether words, the last of them included, are the name of a secret. */
const endsSecret = (words: readonly string[], setting: boolean): boolean => {
  const joined = words.join('')
  const word = words.at(-1) ?? ''
  // Ends of words too, since not everyone parts them: `dbpassword`, `authtoken`.
  if (long.test(word) || keys.test(joined)) return true
  if (!setting) return false
  if (/^(?:pass|pwd|pw|auth|creds?)$/.test(word)) return true
  if (settingKeys.test(joined) || /^(?:jwt|hmac)$/.test(word)) return true
  if (word === 'pin')
    return words.length === 1 || /^(?:user|admin|card|sim|login|door|security|my)$/.test(words.at(-2) ?? '')
  // Sort keys of DynamoDB have the short name too.
  return words.length > 1 && /^(?:pat|sk)$/.test(word) && !/^(?:gsi|lsi|pk)$/.test(words.at(-2) ?? '')
}

/** A name as programs give it to their settings, in capitals or with separators, or one of a single word. */
const isSetting = (name: string): boolean =>
  /^[A-Z\d]+$|^[a-z\d]+$|[_.-]/.test(name.replace(/^[^A-Za-z\d]+|[^A-Za-z\d]+$/g, ''))

const long = /(?:password|passwd|pwd|passphrase|passcode|secret|token|credential)s?$/

const keys = new RegExp(
  `(?:${[
    '(?:private|secret|access|api|shared|signing|auth|account|license)keys?',
    '(?:db|database|user|admin|root|master|smtp|redis)pass',
    // EC2: key pairs, start scripts and passwords of Windows, which no trait of the API marks.
    'keymaterial|userdata|passworddata',
  ].join('|')})$`,
)

/** Keys that only settings have for themselves; in answers of AWS they are ids of KMS. */
const settingKeys =
  /(?:encryption|master|session|jwt|hmac|rsa|ssh|deploy|webhook|storage|stripe|cookie|hash)keys?$|^(?:proxy)?authorization$/

const onlyAtEnd = /(?:userdata|authorization|jwt|hmac|pin)$/

/**
 * Tokens that are ids of a page, a request, a version or a piece of work, which the next call needs: those of Step
 * Functions, AppConfig, EBS and Network Firewall too. And tokens of language models, of which one only counts.
 */
const harmless = new RegExp(
  `(?:${[
    '(?:next|previous|forward|backward|page|pagination|paging|continuation|start|starting|resume|scroll)tokens?',
    '(?:client|request|idempotency|creation|sequence|lock|change|version|sync|update|task|block|configuration)tokens?',
    '(?:max|min|total|input|output|prompt|completion|cached?|read|write|reasoning|thinking|context|new|num|numberof|remaining|used|budget)tokens',
  ].join('|')})$`,
)

/** Starts of names that only tell of one: `hasPassword`. */
const about = /^(?:has|is|no|uses?|requires?|manage|allow|disable|enable|last|public)$/

/** What is said of a secret, and is none. */
const tellsOf = new RegExp(
  `^(?:${[
    'u?ids?|arns?|names?|aliases|alias|types?|kinds?|class|policy|policies|rules?|schema|formats?|regex|pattern',
    'ages?|length|count|counts|size|limits?|max|min|usage|uses|units?|quota|bucket|index|rate',
    'enabled?|enforced|expression|disabled?|required?|requirements?|allowed|supported|present|set|exists|needed|reset|change|changed',
    'used|last|created?|creation|modified|updated?|deleted?|expir(?:y|es?|ation|ed)|date|time|timestamps?|at|ttl|validity|duration|per|days|hours?|minutes?|seconds?|until|since|rotation|rotated|rotate',
    'status|state|reason|errors?|code|message|description|comment|tags?|versions?|stages?',
    'ur[li]s?|endpoints?|hosts?|ports?|domains?|issuer|audience|scopes?|claims?|subject|realm',
    'paths?|files?|filename|dir|directory|folder|location|source|ref|references?|from|to|arn',
    'manager|provider|providers|store|service|services|server|client|vault|handler|lambda|function|factory|helper|util|module|cache|table|column|field|fields|param|params|parameter|header|prefix|suffix',
    'algorithms?|method|methods|mode|modes|options?|config|configuration|settings?|metadata|attributes?|properties|specs?|details|info|summary|list|result|results|report|group|groups|owner|user|users|role|account|accounts|region|number|targets?|association|attachment|management|authentication|authorizer|flow|grant|based|only|lookup|hint|strength|complexity|history|reuse|prevention|kms',
  ].join('|')})$`,
)

const harmlessValue = new RegExp(
  `^(?:${[
    '\\*+|\\.{3,}|…|\\[redacted\\].*',
    'arn:aws[\\w-]*:\\S+|\\{\\{[^{}]+\\}\\}|\\$[{(][^{}()]*[})]|<[\\w -]{1,40}>|%\\w',
    'A[KS]IA[A-Z0-9]{12,124}',
    'true|false|none|null|nil|undefined|yes|no|string|number|boolean|integer|object',
    'enabled|disabled|required|optional|default|seconds|minutes|hours|days',
    // Ways to sign in: `auth=oauth2`, `HMAC: sha256`.
    'oauth2?|oidc|saml2?|ldap|kerberos|sigv4|(?:aws_)?iam|jwt|basic|bearer|digest|(?:hmac-?)?sha-?\\d{1,3}|[hre]s(?:256|384|512)',
  ].join('|')})?$`,
  'i',
)
