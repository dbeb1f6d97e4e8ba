import { type ApiOperation, type AwsApi, GatewayError } from '@gateway/domain'

/** `params` as the SDK takes them; throws `invalid_arguments` with what is wrong. Asks AWS nothing. */
export const preparedInput = async (
  api: AwsApi,
  { service, operation }: ApiOperation,
  params: Readonly<Record<string, unknown>>,
): Promise<object> => {
  const prepared = await api.prepare(service, operation, params)
  if ('input' in prepared) return prepared.input
  throw invalidParams(prepared.issues)
}

/** The refusal of params; nothing was sent. */
export const invalidParams = (issues: readonly string[]): GatewayError =>
  new GatewayError(
    'invalid_arguments',
    'The params are not right for this operation; nothing was sent to AWS. Its schema is in aws_api_search.',
    { details: { issues: issues.slice(0, 20).map(short) } },
  )

/** They may repeat names that the caller chose. */
const short = (issue: string): string => (issue.length <= 200 ? issue : `${issue.slice(0, 199)}…`)
