/** Tags that a session may carry; `mcp:call` only where one call has a session of its own. */
const tagKeys = ['mcp:tenant', 'mcp:user', 'mcp:client', 'mcp:call'] as const

/**
 * Who may become a role of the gateway, in three statements: the gateway with one of the tenant's own external ids, and
 * what it may say about its caller (IAM User Guide, "Access to AWS accounts owned by third parties" and "Granting
 * permissions to pass session tags"). Values may be references of a template language instead of texts.
 */
export const trustPolicy = <Value>(trusted: {
  readonly gatewayPrincipalArn: Value
  /** Several while one replaces another. */
  readonly externalIds: readonly [Value, ...Value[]]
}) => {
  const Principal = { AWS: trusted.gatewayPrincipalArn }
  const [only, ...more] = trusted.externalIds
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'GatewayWithExternalId',
        Effect: 'Allow',
        Principal,
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': more.length === 0 ? only : [only, ...more] } },
      },
      { Sid: 'NamesItsCaller', Effect: 'Allow', Principal, Action: 'sts:SetSourceIdentity' },
      {
        Sid: 'TagsItsSession',
        Effect: 'Allow',
        Principal,
        Action: 'sts:TagSession',
        Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': [...tagKeys] } },
      },
    ],
  }
}
