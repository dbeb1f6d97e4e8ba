import { PolicyFault, readPolicy } from './policy-document.ts'

/** What AssumeRole was asked, within the limits of its parameters. */
export interface AssumeRoleInput {
  readonly roleArn: string
  readonly account: string
  readonly sessionName: string
  readonly externalId?: string
  readonly sourceIdentity?: string
  readonly tags: ReadonlyMap<string, string>
  readonly policy?: string
  readonly policyArns: readonly string[]
  readonly durationSeconds: number
}

/** Code and sentence of STS for a request that it would not even look at. */
export interface InputFault {
  readonly code:
    | 'InvalidParameterValue'
    | 'MalformedPolicyDocument'
    | 'PackedPolicyTooLarge'
    | 'ValidationError'
  readonly message: string
}

const mostPlaintext = 2048

/**
 * Reads the parameters of AssumeRole (STS API, AssumeRole), or says what is wrong with them. The packed size of policies
 * and tags, whose format AWS does not publish, is not computed.
 */
export const readAssumeRole = (parameters: URLSearchParams): AssumeRoleInput | InputFault => {
  const text = (name: string) => parameters.get(name) ?? undefined
  const roleArn = text('RoleArn') ?? ''
  const [, account] = /^arn:aws[\w-]*:iam::(\d{12}):role\/[\w+=,.@/-]+$/.exec(roleArn) ?? []
  if (account === undefined) return invalid(`${roleArn} is invalid`)
  for (const [name, pattern] of shapes) {
    const value = text(name)
    if (value === undefined ? name === 'RoleSessionName' : !pattern.test(value)) return constraint(name)
  }
  const durationSeconds = Number(text('DurationSeconds') ?? 3600)
  if (!(Number.isInteger(durationSeconds) && durationSeconds >= 900 && durationSeconds <= 43_200))
    return constraint('DurationSeconds')
  const [tags, policyArns] = [tagsOf(parameters), membersOf(parameters, 'PolicyArns', 'arn')]
  if ('code' in tags) return tags
  const [policy, externalId, sourceIdentity] = [text('Policy'), text('ExternalId'), text('SourceIdentity')]
  const fault = policyFault(policy, policyArns)
  if (fault) return fault
  return {
    roleArn,
    account,
    sessionName: text('RoleSessionName') ?? '',
    ...(externalId !== undefined && { externalId }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    tags,
    ...(policy !== undefined && { policy }),
    policyArns,
    durationSeconds,
  }
}

/** What its caller and the trust policy of the role must allow for it (IAM User Guide, "Pass session tags"). */
export const actionsOf = ({ tags, sourceIdentity }: AssumeRoleInput): readonly string[] => [
  'sts:AssumeRole',
  ...(tags.size > 0 ? ['sts:TagSession'] : []),
  ...(sourceIdentity === undefined ? [] : ['sts:SetSourceIdentity']),
]

const shapes = [
  ['RoleSessionName', /^[\w+=,.@-]{2,64}$/],
  ['ExternalId', /^[\w+=,.@:/-]{2,1224}$/],
  ['SourceIdentity', /^(?!aws:)[\w+=,.@-]{2,64}$/],
  ['Policy', /^[\t\n\r\u0020-\u00ff]{1,2048}$/],
] as const

const tagsOf = (parameters: URLSearchParams): ReadonlyMap<string, string> | InputFault => {
  const keys = membersOf(parameters, 'Tags', 'Key')
  const values = membersOf(parameters, 'Tags', 'Value')
  const shape = (most: number) => new RegExp(`^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{0,${most}}$`, 'u')
  const wrong = keys.some((key) => key === '' || key.startsWith('aws:') || !shape(128).test(key))
  if (wrong || values.some((value) => !shape(256).test(value)) || keys.length > 50) return constraint('Tags')
  if (new Set(keys.map((key) => key.toLowerCase())).size < keys.length) {
    const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.'
    return { code: 'InvalidParameterValue', message }
  }
  return new Map(keys.map((key, i) => [key, values[i] ?? '']))
}

const policyFault = (policy: string | undefined, policyArns: readonly string[]): InputFault | undefined => {
  if (policyArns.length > 10) return constraint('PolicyArns')
  if (policyArns.some((arn) => !/^arn:aws[\w-]*:iam::(aws|\d{12}):policy\/.+$/.test(arn)))
    return constraint('PolicyArns')
  const plaintext = policyArns.reduce((sum, { length }) => sum + length, policy?.length ?? 0)
  if (plaintext > mostPlaintext) {
    const message = `Policies are longer than ${mostPlaintext} characters together.`
    return { code: 'PackedPolicyTooLarge', message }
  }
  try {
    if (policy !== undefined) readPolicy(policy, 'identity')
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof PolicyFault)) throw thrown
    return { code: 'MalformedPolicyDocument', message: `The policy ${thrown.message}.` }
  }
}

/** Members of a list of structures, in order: `Tags.member.1.Key`. */
const membersOf = (parameters: URLSearchParams, list: string, member: string): string[] => {
  const found: string[] = []
  for (let n = 1; parameters.has(`${list}.member.${n}.${member}`); n++) {
    found.push(parameters.get(`${list}.member.${n}.${member}`) ?? '')
  }
  return found
}

const invalid = (message: string): InputFault => ({ code: 'ValidationError', message })

const constraint = (name: string): InputFault =>
  invalid(`1 validation error detected: Value at '${name}' failed to satisfy constraint`)
