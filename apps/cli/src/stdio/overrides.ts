/** An environment variable that goes before a value of the file. */
export interface Override {
  readonly path: readonly [block: string, ...keys: string[]]
  readonly variable: string
  read(text: string): unknown
}

const text = (value: string): unknown => value
const list = (value: string): unknown => value.split(',').flatMap((each) => each.trim() || [])
/** What is no whole number stays text, so that the schema refuses it. */
const number = (value: string): unknown => (/^\d{1,9}$/.test(value) ? Number(value) : value)

/** Every variable of the environment that is read for settings. */
export const overrides: readonly Override[] = [
  { path: ['authentication', 'profile'], variable: 'AWS_PROFILE', read: text },
  { path: ['authentication', 'region'], variable: 'AWS_REGION', read: text },
  { path: ['authentication', 'assumeRole', 'roleArn'], variable: 'AWS_ROLE_ARN', read: text },
  { path: ['permissions', 'allowedServices'], variable: 'AWS_ALLOWED_SERVICES', read: list },
  { path: ['permissions', 'allowedRegions'], variable: 'AWS_ALLOWED_REGIONS', read: list },
  { path: ['permissions', 'permissionBoundary'], variable: 'AWS_PERMISSION_BOUNDARY', read: text },
  { path: ['operations', 'maxConcurrency'], variable: 'AWS_MAX_CONCURRENCY', read: number },
  { path: ['operations', 'timeout'], variable: 'AWS_REQUEST_TIMEOUT', read: number },
  { path: ['operations', 'retryCount'], variable: 'AWS_RETRY_COUNT', read: number },
  { path: ['operations', 'priceTableFile'], variable: 'PRICE_TABLE_FILE', read: text },
]
