/** What the front reads of a request to AWS. */
export interface AwsRequest {
  /** As the signature names it. */
  readonly service: string
  readonly accessKeyId: string | undefined
  readonly action: string | undefined
  /** Signed time in milliseconds since the epoch. */
  readonly signedAt: number | undefined
  /** What a write of the load changes: the key of an object, the Name of an instance. */
  readonly key: string | undefined
  /** By which EC2 knows a launch that it has carried out already. */
  readonly clientToken: string | undefined
  /** Call that a session is asked for, as its tag says. */
  readonly callTag: string | undefined
}

/** Reads it from its head and body. */
export const readAwsRequest = (request: {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}): AwsRequest => {
  const { method, path, headers, body } = request
  const [, accessKeyId, service = ''] =
    /Credential=([^/]+)\/[^/]+\/[^/]+\/([^/]+)\//.exec(String(headers.authorization ?? '')) ?? []
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  const form = new URLSearchParams(isForm ? body : '')
  const action = form.get('Action') ?? undefined
  const [, objectKey] = /^\/[^/?]+\/([^?]+)/.exec(path) ?? []
  const puts = service === 's3' && method === 'PUT' && objectKey !== undefined
  return {
    service,
    accessKeyId,
    action,
    signedAt: timeOf(String(headers['x-amz-date'] ?? '')),
    key: puts ? decodeURIComponent(objectKey) : action === 'RunInstances' ? nameIn(form) : undefined,
    clientToken: form.get('ClientToken') ?? undefined,
    callTag: memberAfter(form, 'mcp:call'),
  }
}

/** SigV4 writes `20260101T120000Z`. */
const timeOf = (stamp: string): number | undefined => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp)
  if (!parts) return undefined
  const [year = 0, month = 0, day, hour, minute, second] = parts.slice(1).map(Number)
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

const nameIn = (form: URLSearchParams): string | undefined => memberAfter(form, 'Name')

/** Value of the tag of that name, wherever in the form it is. */
const memberAfter = (form: URLSearchParams, tag: string): string | undefined => {
  for (const [name, value] of form)
    if (value === tag && name.endsWith('.Key')) return form.get(name.replace(/Key$/, 'Value')) ?? undefined
  return undefined
}
