/** Codes of OAuth errors that are answered before the provider sees a request (RFC 6749, RFC 7591, RFC 8707). */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_target'
  | 'invalid_grant'
  | 'invalid_client_metadata'
  | 'temporarily_unavailable'
  | 'slow_down'

/** A refusal of ours in the shape of OAuth. */
export class OAuthRefusal extends Error {
  readonly code: OAuthErrorCode
  readonly status: number
  readonly retryAfterSeconds: number | undefined
  /** The limit that was met: requests within seconds. */
  readonly quota: { readonly most: number; readonly seconds: number } | undefined

  constructor(
    code: OAuthErrorCode,
    message: string,
    {
      status = 400,
      retryAfterSeconds,
      quota,
    }: Partial<Pick<OAuthRefusal, 'status' | 'retryAfterSeconds' | 'quota'>> = {},
  ) {
    super(message)
    this.name = 'OAuthRefusal'
    this.code = code
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
    this.quota = quota
  }
}
