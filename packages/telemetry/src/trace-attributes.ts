import { redactText, type SpanAttributes } from '@gateway/domain'

/**
 * What a span may tell, by the semantic conventions of OpenTelemetry where they have a name for it: words of ours, of our catalogue
 * and of AWS's API, numbers, ids. No person, no argument, no result, no header, no URL.
 */
const listed = new Set([
  'aws.request_id',
  'aws_mcp.call_id',
  'aws_mcp.class',
  'aws_mcp.outcome',
  'aws_mcp.prompt',
  'aws_mcp.request_id',
  'aws_mcp.resource',
  'aws_mcp.tenant',
  'cloud.region',
  'error.type',
  'gen_ai.tool.name',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'mcp.method.name',
  'rpc.method',
  'rpc.system.name',
])

/** The attributes that may leave the process; the others, and texts that are no word, pattern or id, are left out. */
export const listedAttributes = (attributes: SpanAttributes): SpanAttributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => listed.has(name) && [value].flat().every(isPlain)),
  )

/** Whether a text is a word, a pattern or an id, and no secret by its form. */
export const isPlain = (value: string | number | boolean): boolean =>
  typeof value !== 'string' || (form.test(value) && redactText(value) === value)

const form = /^[\w.:/+=*{}(), -]{1,128}$/
