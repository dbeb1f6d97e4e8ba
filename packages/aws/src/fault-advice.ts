/** What there is to judge a refusal by. Only sentences of ours come out of it: they stand outside of the fence. */
export interface Refused {
  /** `s3:GetObject`. */
  readonly action: string
  readonly code: string
  /** AWS's own words. */
  readonly message?: string | undefined
  readonly fault: 'client' | 'server'
}

/** What whoever asked can do about a refusal or failure of AWS; undefined where nothing is known of it. */
export const adviceFor = ({ action, code, message = '', fault }: Refused): string | undefined => {
  const service = action.split(':')[0] ?? ''
  const rule = rules.find(
    (each) =>
      (each.service === undefined || each.service === service) &&
      (each.code.test(code) || (fault === 'client' && each.message?.test(message) === true)),
  )
  if (rule) return rule.advice
  return fault === 'server' ? ofServer : undefined
}

interface Rule {
  readonly service?: string
  readonly code: RegExp
  /** Where a service has one code for many reasons. */
  readonly message?: RegExp
  readonly advice: string
}

const denied =
  'The role, its permissions boundary or another policy in AWS does not allow this action; aws_check_access tells what the gateway allows.'

/** By families of codes, the special ones first. */
const rules: readonly Rule[] = [
  {
    code: /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimitExceeded/,
    advice: 'AWS throttles such requests. Wait, then ask for less.',
  },
  {
    code: /^ExpiredToken|^RequestExpired$|^TokenRefreshRequired$/,
    advice: 'The credentials of the session have expired. Call again.',
  },
  {
    code: /OptInRequired|SubscriptionRequired|^RegionDisabled|^InvalidClientTokenId|^UnrecognizedClient|^AuthFailure$/,
    advice: 'The region may not be enabled in this account, or the account has not opted in to the service.',
  },
  {
    service: 's3',
    code: /AccessDenied|Forbidden|AllAccessDisabled|^Http403$/,
    advice: `${denied} Or the bucket does not belong to this account.`,
  },
  {
    code: /AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|Forbidden|^Http403$/,
    advice: denied,
  },
  {
    code: /^OperationNotPermitted/,
    message: /protection is (enabled|on)|TerminationProtection/i,
    advice:
      'It is protected from this, or is of a kind that cannot do it. Turn protection off first, if that is meant.',
  },
  {
    service: 's3',
    code: /PermanentRedirect|TemporaryRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|^Http30[17]$/,
    advice: 'The bucket is in another region; aws_s3_list_buckets tells which.',
  },
  {
    service: 's3',
    code: /PreconditionFailed|ConditionalRequestConflict|^Http412$/,
    advice:
      'The object exists already or has changed. Read it again; overwrite only if it is meant to be replaced.',
  },
  {
    code: /InvalidRange|^Http416$/,
    advice: 'The range lies outside of the object. Ask for bytes within its size.',
  },
  { service: 's3', code: /InvalidObjectState/, advice: 'The object is archived. Restore it first.' },
  {
    code: /AlreadyExists|AlreadyOwned|\.Duplicate$|ResourceInUse|ResourceConflict|DependencyViolation|BucketNotEmpty|DeleteConflict/,
    message: /already exists/i,
    advice: 'It exists already, or something still uses or changes it. Look at it before trying again.',
  },
  {
    code: /IncorrectInstanceState|IncorrectState|InvalidState|InvalidInstanceState/,
    advice:
      'The resource is in a state that does not allow this. Look at its state and wait for the right one.',
  },
  {
    code: /Insufficient\w*Capacity|InsufficientHost/,
    advice: 'AWS has no such capacity here now. Take another instance type or zone, or try later.',
  },
  {
    code: /LimitExceeded|QuotaExceeded|TooManyBuckets|StorageExceeded/,
    advice:
      'A quota or limit of AWS is reached; aws_cost_and_quotas tells quotas. Free some of it, ask AWS for more, or wait for what runs.',
  },
  {
    code: /NotFound|NoSuch|DoesNotExist|NonExist|Missing\w*Resource|^Http404$/,
    message: /does not exist|not found|could not be found|no such/i,
    advice: 'Check name, account and region, or list what there is.',
  },
  {
    code: /^Invalid|Validation|Malformed|Missing|BadRequest|Unsupported|ParameterConflict|UnknownParameter/,
    advice: 'Correct the argument that AWS names.',
  },
]

const ofServer =
  'The fault is on the side of AWS. Try again; see first whether a change was made all the same.'
