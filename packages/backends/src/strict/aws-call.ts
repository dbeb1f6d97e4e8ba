/** How a service writes its requests and errors. */
export type Protocol = 'ec2' | 'json' | 'query' | 'rest-json' | 's3'

/** One AWS request, as far as its writing tells. */
export interface AwsCall {
  /** Key that it says to be signed with; absent for a request that is not signed. */
  readonly accessKeyId?: string
  readonly sessionToken?: string
  readonly region: string
  /** IAM prefix. */
  readonly service: string
  readonly protocol: Protocol
  /** Operation of the API, where it is written in the request; REST services have only method and path. */
  readonly operation?: string
  readonly method: string
  /** Segments of the path, decoded. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  /** Form of a query protocol. */
  readonly form: URLSearchParams
  /** Values of a parameter of a query or JSON protocol: those of a list, or the only one. */
  values(name: string): readonly string[]
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Reads a request that has come in whole. */
export const readAwsCall = (request: {
  readonly method: string
  readonly url: string
  readonly headers: AwsCall['headers']
  readonly body: Buffer
}): AwsCall => {
  const { method, headers, body } = request
  const [path = '/', search = ''] = request.url.split(/\?(.*)/s)
  const query = new URLSearchParams(search)
  // A presigned URL has everything in its query (SigV4, "Authentication methods").
  const credential =
    /Credential=([^,\s]+)/.exec(String(headers.authorization ?? ''))?.[1] ?? query.get('X-Amz-Credential')
  const [accessKeyId, , region = 'us-east-1', scope = ''] = credential?.split('/') ?? []
  const service = prefixes[scope] ?? scope
  const sessionToken = headers['x-amz-security-token'] ?? query.get('X-Amz-Security-Token')
  const target = headers['x-amz-target']
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const form = isForm ? new URLSearchParams(body.toString()) : query
  const json = typeof target === 'string' ? objectIn(body) : {}
  const operation = typeof target === 'string' ? target.split('.').at(-1) : form.get('Action')
  return {
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(typeof sessionToken === 'string' && { sessionToken }),
    region,
    service,
    protocol: protocolOf(service, typeof target === 'string', operation ?? undefined),
    ...(operation && { operation }),
    method,
    path: path.split('/').slice(1).map(decoded),
    query,
    form,
    values: (name) => (typeof target === 'string' ? fromJson(json, name) : fromForm(form, name)),
    headers,
  }
}

/** Names that signatures use, where the prefix of IAM is another (Service Authorization Reference). */
const prefixes: Readonly<Record<string, string>> = {
  email: 'ses',
  monitoring: 'cloudwatch',
  tagging: 'tag',
}

const protocolOf = (service: string, hasTarget: boolean, operation: string | undefined): Protocol => {
  if (service === 's3') return 's3'
  if (hasTarget) return 'json'
  if (service === 'ec2') return 'ec2'
  return operation === undefined ? 'rest-json' : 'query'
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const objectIn = (body: Buffer): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const fromJson = (json: Readonly<Record<string, unknown>>, name: string): readonly string[] => {
  const value = Object.hasOwn(json, name) ? json[name] : undefined
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  return list.filter((each) => typeof each === 'string')
}

const fromForm = (form: URLSearchParams, name: string): readonly string[] =>
  // A list is Name.1 in EC2 and Name.member.1 elsewhere.
  [...form].flatMap(([key, value]) => (key.replace(/(\.member)?\.\d+$/, '') === name ? [value] : []))
