/** What one AWS account of the sandbox contains; plain data, which `seed-account.ts` turns into requests. */
export interface AccountData {
  readonly instances: readonly InstanceData[]
  readonly buckets: readonly BucketData[]
  readonly functions: readonly FunctionData[]
  readonly alarms: readonly AlarmData[]
  readonly logGroups: readonly LogGroupData[]
  readonly stack: StackData
}

export interface InstanceData {
  readonly name: string
  readonly type: string
  readonly environment: string
  /** Average CPU of the last 24 hours in percent, or a machine that is not running. */
  readonly cpu: number | 'stopped'
  /** Absent means the account's default region. */
  readonly region?: string
}

export interface BucketData {
  readonly name: string
  readonly objects: readonly ObjectData[]
}

export interface ObjectData {
  readonly key: string
  readonly contentType: string
  readonly body: string | Uint8Array
}

export interface FunctionData {
  readonly name: string
  readonly description: string
  readonly runtime: 'nodejs22.x' | 'python3.13'
  readonly memory: number
  readonly environment?: Readonly<Record<string, string>>
}

export interface AlarmData {
  readonly name: string
  readonly description: string
  /** Name of an instance of the same account and of its default region. */
  readonly instance: string
  readonly threshold: number
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'
}

export interface LogGroupData {
  readonly name: string
  readonly stream: string
  /** Written again and again over the last 24 hours, oldest first. */
  readonly messages: readonly string[]
  readonly events: number
}

export interface StackData {
  readonly name: string
  readonly description: string
  readonly queue: string
  readonly topic: string
}
