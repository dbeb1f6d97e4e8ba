import type { Plan } from './plan.ts'
import type { Scope } from './principal.ts'

/** Every way the gateway refuses or fails; the table below gives each its HTTP status. */
export type ErrorCode = keyof typeof statusByCode

/**
 * HTTP status of each code where it is answered on its own; inside `tools/call` every code is an `isError`
 * result with status 200. Infrastructure faults are 503 and never 401 or 403: clients answer those by logging
 * their user out.
 */
const statusByCode = {
  // the HTTP edge
  bad_request: 400,
  parse_error: 400,
  missing_token: 401,
  invalid_token: 401,
  sign_in_refused: 400,
  not_operator: 403,
  not_permitted: 403,
  unknown_tenant: 403,
  tenant_suspended: 403,
  origin_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  unknown_host: 421,
  too_many_requests: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
  // inside a tool call
  account_not_linked: 200,
  aws_error: 200,
  aws_unreachable: 200,
  boundary_denied: 200,
  boundary_unknown: 200,
  budget_exceeded: 200,
  client_capability_missing: 200,
  confirmation_required: 200,
  cost_limit_exceeded: 200,
  credentials_refused: 200,
  insufficient_scope: 200,
  invalid_arguments: 200,
  no_role: 200,
  not_allowed: 200,
  not_confirmed: 200,
  pass_role_not_allowed: 200,
  policy_denied: 200,
  rate_limited: 200,
  read_only: 200,
  region_not_allowed: 200,
  role_not_verified: 200,
  secret_not_allowed: 200,
  service_not_allowed: 200,
  stopped: 200,
  timeout: 200,
  unknown_cursor: 200,
  unknown_operation: 200,
  unknown_operation_id: 200,
  unknown_prompt: 200,
  unknown_resource: 200,
  unknown_tool: 200,
} as const

/** Every code, in the order of the table. */
export const errorCodes: readonly ErrorCode[] = Object.keys(statusByCode) as ErrorCode[]

/** Fields of a refusal that a caller may read; written by us, never copied from an exception. */
export interface ErrorDetails {
  readonly retryAfterSeconds?: number
  readonly scope?: string
  /** All scopes to sign in for, by which the call would pass; absent where no sign-in would help. */
  readonly stepUp?: readonly Scope[]
  readonly aws?: {
    readonly code: string
    /** AWS's own words, cleaned; they may repeat what others wrote, so they are untrusted. */
    readonly message?: string
    readonly requestId?: string
    readonly httpStatus?: number
    readonly attempts?: number
  }
  /** What the call had sent before it failed, that changes something; `done` where AWS said that it was carried out. */
  readonly sent?: readonly {
    readonly action: string
    readonly region: string
    readonly done: boolean
    readonly requestId?: string
  }[]
  readonly issues?: readonly string[]
  /** What would be done, where somebody must confirm it first; names in it are of others. */
  readonly plan?: Plan
  /** What a second call confirms the plan with. */
  readonly confirmation?: string
  /** Where a person says whether the plan may be carried out, and until when (ISO 8601). */
  readonly approval?: { readonly url: string; readonly expires: string }
  readonly allow?: string
  /** The limit that a request has met: a word of ours, and the requests of a minute. */
  readonly quota?: { readonly name: 'user' | 'operator' | 'address'; readonly perMinute: number }
}

/** The one error class: a code, a sentence that a caller may read, and the cause for the log. */
export class GatewayError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  /** Set once an audit event tells of it, so that no second one does. */
  audited = false

  constructor(code: ErrorCode, message: string, options: { details?: ErrorDetails; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'GatewayError'
    this.code = code
    this.details = options.details ?? {}
  }

  /** HTTP status for an answer outside of a tool call. */
  get status(): number {
    return statusByCode[this.code]
  }
}

/** What a caller may know of anything thrown: our own refusals as they are, all else as one generic sentence. */
export const asGatewayError = (thrown: unknown): GatewayError =>
  thrown instanceof GatewayError
    ? thrown
    : new GatewayError(
        'internal',
        'The gateway failed. Try again; if it stays, give the request id to its operator.',
        {
          cause: thrown,
        },
      )
