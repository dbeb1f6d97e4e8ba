/** What an ARN says of a resource. */
export interface ResourceKind {
  readonly service: string
  /** Such as `instance`; empty where the ARN has none, as for a topic. */
  readonly type: string
  /** `global` where the resource belongs to no region. */
  readonly region: string
}

/** Types of resources whose ARN is their name alone. */
const typeOfNames: Readonly<Record<string, string>> = { s3: 'bucket', sns: 'topic', sqs: 'queue' }

/** Service, type and region of an ARN that was listed in `region` (IAM User Guide, "Identify AWS resources with ARNs"). */
export const resourceKind = (arn: string, region: string): ResourceKind => {
  const [, , service = '', own = '', , ...rest] = arn.split(':')
  const [first = '', ...more] = rest
  const word = first.split('/').filter(Boolean)
  const typed = more.length > 0 || word.length > 1
  const type = Object.hasOwn(typeOfNames, service)
    ? (typeOfNames[service] ?? '')
    : typed
      ? typeWord(word)
      : ''
  // A bucket's ARN has no region, but it is listed where it is.
  return { service, type, region: own || (service === 's3' ? region : 'global') }
}

/** `loadbalancer/app/name/id` is one of three types; elsewhere the first word says it all. */
const typeWord = ([first = '', second]: readonly string[]): string =>
  first === 'loadbalancer' && second !== undefined && /^(app|net|gwy)$/.test(second)
    ? `${first}/${second}`
    : first
