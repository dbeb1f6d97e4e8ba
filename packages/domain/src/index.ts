export type { AuditEvent, AuditLog } from './audit.ts'
export type { AwsAccess, AwsResponse, AwsTarget } from './aws.ts'
export { roleText } from './aws-calls.ts'
export { type CallDependencies, callTool } from './call-tool.ts'
export { cursorCodec } from './cursor.ts'
export { describeTool, type ToolDescription } from './describe-tool.ts'
export { asGatewayError, type ErrorCode, GatewayError } from './errors.ts'
export { ConfigurationError, faultOf } from './faults.ts'
export type { ToolResult } from './format.ts'
export { type Grant, grantOf } from './grant.ts'
export { type Limit, type LimitVerdict, type RateLimiter, tenantKey } from './limits.ts'
export type { Log } from './log.ts'
export { decide } from './policy.ts'
export { knownScopes, type Principal, principalId, type Scope, scopes } from './principal.ts'
export type { SessionRecord, SessionStore } from './sessions.ts'
export {
  type Account,
  type Connection,
  type Role,
  type RoleName,
  type Tenant,
  tenantSchema,
} from './tenant.ts'
export { checkTenants, parseTenants } from './tenants-file.ts'
export { type AnyTool, defineTool, type Tool, type ToolContext } from './tool.ts'
export type { ToolCall } from './tool-call.ts'
