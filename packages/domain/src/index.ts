export { approvalAuditId } from './approval-record.ts'
export type { Approval, ApprovalFault, ApprovalPages, Approvals, Approver } from './approvals.ts'
export type { AuditEvent, AuditLog } from './audit.ts'
export { auditDigests } from './audit-digests.ts'
export type {
  AuditBucket,
  AuditCheckpoint,
  AuditRecord,
  CheckpointSigner,
  SignedCheckpoint,
} from './audit-record.ts'
export type { AwsAccess, AwsRequest, AwsResponse, AwsTarget } from './aws.ts'
export type { ApiOperation, AwsApi, PreparedInput } from './aws-api.ts'
export type { AwsBucket, AwsBudget } from './aws-budget.ts'
export { bodyText, readStart } from './body-start.ts'
export type { BudgetLedger, Reservation } from './budget-ledger.ts'
export type { CallDependencies } from './call-dependencies.ts'
export { callTool } from './call-tool.ts'
export { catalogueFaults } from './catalogue-faults.ts'
export type { Change } from './changes.ts'
export type { Draw, LineChart } from './chart.ts'
export { claimedText } from './claimed-text.ts'
export { closestName } from './closest-name.ts'
export type { ConcurrencyBounds, ConcurrencyLimiter } from './concurrency.ts'
export { type Confirmation, type ConfirmationRung, type Rung, rungs } from './confirmation-rules.ts'
export type { Connection } from './connection.ts'
export {
  type CostEstimate,
  type CostFacts,
  type CostGuard,
  type CostQuestion,
  chargedHours,
  type MicroUsd,
  usdText,
} from './cost.ts'
export type { CostControl } from './cost-control.ts'
export { crossFaults } from './cross-faults.ts'
export { type CursorCodec, cursorCodec } from './cursor.ts'
export { describeTool } from './describe-tool.ts'
export { asGatewayError, type ErrorCode, errorCodes, GatewayError } from './errors.ts'
export type { EventLog, EventLogKey, LoggedEvent } from './event-log.ts'
export { ConfigurationError, faultOf } from './faults.ts'
export type { ToolResult } from './format.ts'
export { getPrompt, type PromptResult } from './get-prompt.ts'
export { type Grant, grantOf } from './grant.ts'
export { compilePolicy, evaluatePolicies, type PolicyRequest } from './iam/evaluate/evaluate-policy.ts'
export type { Operation } from './iam/needed-actions.ts'
export { type PolicyDocument, policyDocument } from './iam/policy-document.ts'
export { policyFaults } from './iam/policy-faults.ts'
export { partitionOfRegion } from './iam/role-arn.ts'
export { sessionPolicies } from './iam/session-policies.ts'
export { type SessionPolicy, sessionPolicyFaults } from './iam/session-policy.ts'
export { iamActionsOf, possibleIamActions } from './iam-actions.ts'
export type { InstancePrices } from './instance-prices.ts'
export {
  type ClientCapabilities,
  type InputNeeded,
  type InputRequest,
  type Interaction,
  isInputNeeded,
  type LogLevel,
  logLevels,
  missingCapabilities,
  needInput,
  noInteraction,
} from './interaction.ts'
export { createApprovals } from './kept-approvals.ts'
export { limitRefusal } from './limit-call.ts'
export { callLimits, type Limit, type LimitVerdict, type RateLimiter, tenantKey } from './limits.ts'
export type { Log } from './log.ts'
export type { LimitName, Measure, Measured } from './measure.ts'
export { missingContext } from './missing-context.ts'
export type { OAuthEntry, OAuthStore } from './oauth-store.ts'
export { type Offer, offerFor, offerOf } from './offer.ts'
export type { AccountOnboarding } from './onboarding/account-onboarding.ts'
export { onboardingOf } from './onboarding/onboarding-of.ts'
export type {
  ProbeAnswer,
  ProbeAttempt,
  ProbedRole,
  ProbedSession,
  RoleProber,
} from './onboarding/role-prober.ts'
export { trustPolicy } from './onboarding/trust-policy.ts'
export type { ProbeResult, Verification } from './onboarding/verification.ts'
export { externalIdDigest, verifyRole } from './onboarding/verify-role.ts'
export {
  operationClaim,
  type RunningOperation,
} from './operation-handle.ts'
export type { PermissionBoundaries } from './permission-boundaries.ts'
export type { Plan } from './plan.ts'
export { planLines } from './plan-lines.ts'
export { planText } from './plan-text.ts'
export {
  type Decision,
  decide,
  policyRules,
  type Question,
  roleForClass,
} from './policy.ts'
export { knownScopes, type Principal, principalId, type Scope, scopes } from './principal.ts'
export { type ContentBlock, definePrompt, type Prompt, promptAccess } from './prompt.ts'
export { findResource, type ResourceResult, readResource } from './read-resource.ts'
export type { RecentEventStore, RecentEvents } from './recent-events.ts'
export type { RecordKey, RecordStore } from './records.ts'
export { redactSecrets } from './redact.ts'
export { redacted, redactText } from './redact-text.ts'
export { refusalEvent } from './refusal-event.ts'
export { isReplicaId, type ReplicaBus, type ReplicaMessage } from './replicas.ts'
export type { ActionCatalogue, ActionNames, RequestFacts, RequestPlace } from './request-facts.ts'
export { type Complete, defineResource, type Resource } from './resource.ts'
export type { Revocation, RevocationState, RevocationStore, RevocationSubject } from './revocations.ts'
export { roleText } from './role-text.ts'
export { isHarmlessValue, isSecretName } from './secret-names.ts'
export type { SessionRecord, SessionStore } from './sessions.ts'
export { groupsIn, scopesByGroups } from './sign-in-rights.ts'
export { maxStops, type Stop, type StopStore, type Stops, type StopTarget, stopId } from './stops.ts'
export { usesAws } from './target.ts'
export {
  type Account,
  isTenantId,
  type Role,
  type RoleName,
  type Tenant,
  tenantSchema,
} from './tenant.ts'
export type { TenantConnection, TenantDirectory } from './tenants/tenant-directory.ts'
export {
  issuerDigest,
  type KeptFinding,
  type StoredTenant,
  type TenantStore,
  type TenantWrite,
  type WriteOutcome,
} from './tenants/tenant-store.ts'
export { checkTenants, parseTenants } from './tenants-file.ts'
export {
  type AnyTool,
  type CallScope,
  defineTool,
  type OperationClass,
  operationClasses,
  type Pack,
  packs,
  type Tool,
  type ToolAnswer,
  type ToolContext,
} from './tool.ts'
export type { Call, PromptGet, ResourceRead, ToolCall } from './tool-call.ts'
export type { Span, SpanAttributes, Tracer } from './trace.ts'
export { readTraceparent, traceparentText } from './traceparent.ts'
export { isTemplate } from './uri-template.ts'
export type { WhileAway } from './while-away.ts'
