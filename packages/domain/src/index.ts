export type { AuditEvent, AuditLog } from './audit.ts'
export type { AwsAccess, AwsRequest, AwsResponse, AwsTarget } from './aws.ts'
export { type CallDependencies, callTool } from './call-tool.ts'
export { type CursorBinding, type CursorCodec, cursorCodec } from './cursor.ts'
export { describeTool, type ToolDescription } from './describe-tool.ts'
export { asGatewayError, type ErrorCode, type ErrorDetails, GatewayError } from './errors.ts'
export { ConfigurationError, faultOf } from './faults.ts'
export type { ToolResult } from './format.ts'
export { type Grant, type GrantedAccount, grantOf } from './grant.ts'
export { iamActionOf } from './iam-actions.ts'
export { type Limit, type LimitVerdict, type RateLimiter, tenantKey } from './limits.ts'
export type { Log } from './log.ts'
export { type Decision, decide, type Question } from './policy.ts'
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
export {
  type AnyTool,
  defineTool,
  type OperationClass,
  type Tool,
  type ToolAnswer,
  type ToolContext,
} from './tool.ts'
export type { ToolCall } from './tool-call.ts'
