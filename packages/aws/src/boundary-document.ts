import { type PolicyDocument, policyDocument } from '@gateway/domain'

/** Characters: six times what IAM takes in a managed policy without white space (IAM User Guide, "IAM and AWS STS quotas"). */
const mostCharacters = 36_864

/** Why a boundary cannot be used, as the end of a sentence that begins with its ARN. */
export class BoundaryFault extends Error {
  override name = 'BoundaryFault'
}

/**
 * The policy in what `iam:GetPolicyVersion` answers, where it is URL-encoded (IAM API, PolicyVersion: RFC 3986). Throws
 * `BoundaryFault`, in words of ours alone.
 */
export const boundaryDocument = (encoded: unknown): PolicyDocument => {
  const parsed = policyDocument.safeParse(jsonOf(encoded))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = placeOf(issue?.path ?? [])
  const foreign =
    issue?.code === 'unrecognized_keys' && issue.keys.find((key) => /^(Not)?Principal$/.test(key))
  throw new BoundaryFault(
    foreign
      ? `is no policy for identities: ${place} has ${foreign}. Take it out; a boundary bounds whoever has it.`
      : `is not IAM JSON as the gateway evaluates it (IAM User Guide, "IAM JSON policy element reference"); the first fault is in ${place}. Mend it, or name another in permissions.permissionBoundary.`,
  )
}

const jsonOf = (encoded: unknown): unknown => {
  if (typeof encoded !== 'string' || encoded.length > 3 * mostCharacters)
    throw new BoundaryFault(`has no document of at most ${mostCharacters} characters.`)
  try {
    return JSON.parse(decodeURIComponent(encoded))
  } catch {
    throw new BoundaryFault('has a document that is no JSON. Mend it.')
  }
}

/** Names of others are not told, and there are some in a policy. */
const placeOf = (path: readonly PropertyKey[]): string => {
  const known = path.filter((part) => typeof part === 'number' || elements.has(String(part)))
  if (known.length === 0) return 'its outermost part'
  return known
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('')
}

const elements: ReadonlySet<string> = new Set([
  'Version',
  'Id',
  'Statement',
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])
