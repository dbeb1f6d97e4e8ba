/**
 * Whether an ARN is of what AWS publishes from accounts of its own for everybody to use: a layer of Lambda or a topic to
 * subscribe to. Nothing else of these accounts is.
 */
export const isPublished = (arn: string): boolean => {
  const [, , service = '', , account = '', kind = '', name = ''] = arn.split(':', 8)
  if (service === 'lambda') return kind === 'layer' && name !== '' && layerAccounts.has(account)
  return service === 'sns' && name === '' && topics.has(`${account}:${kind}`)
}

/** As AWS documents them for most regions. One that is not here is refused, as before: a copy of the layer will do. */
const layerAccounts: ReadonlySet<string> = new Set([
  // Lambda Insights
  '580247275435',
  // Powertools for Python, Java and .NET; for TypeScript
  '017000801446',
  '094274105915',
  // AWS Distro for OpenTelemetry
  '901920570463',
  // AWS SDK for pandas
  '336392948345',
])

/** Changes of AWS's IP ranges. */
const topics: ReadonlySet<string> = new Set(['806199016981:AmazonIpSpaceChanged'])
