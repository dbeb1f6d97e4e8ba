import type { OperationClass } from './tool.ts'

/** One operation of an AWS API, as the operation index has it. */
export interface ApiOperation {
  /** IAM service prefix, such as `ec2`, `logs` or `ce`. */
  readonly service: string
  /** Such as `DescribeInstances`. */
  readonly operation: string
  readonly access: OperationClass
  /** Every IAM action that a call may need, its own first. */
  readonly iamActions: readonly string[]
  /** One line of what it does. */
  readonly summary: string
  /** True where the answer holds secrets or ways to sign in: then it takes an explicit grant. */
  readonly secret?: boolean
  /** True where a request itself is billed. */
  readonly costs?: boolean
  /** Where the input carries an ARN or name of a role that is passed on, by path such as `Targets.*.RoleArn`. */
  readonly passesRole?: readonly string[]
  /** Where members of the input open something to others, by path; its last name may be a value, and `!a|b` all others. */
  readonly opensBy?: readonly string[]
  /** True where it may pass a role that no member of its input names: of a launch template, a document, a definition. */
  readonly hidesRoles?: boolean
  /** True where what it names has roles that a call passes, be there none in its input. */
  readonly ownRoles?: boolean
  /** What it is where the input passes no role and opens nothing; absent where it is `permissions` all the same. */
  readonly withoutRole?: OperationClass
  /** Members of input and output that page, by path with dots. */
  readonly pager?: { readonly input: string; readonly output: string }
  /** True where the input has `DryRun`. */
  readonly dryRun?: boolean
  /** Member that makes a repeated request harmless. */
  readonly idempotencyToken?: string
}

/** A service of the operation index. */
export interface ApiService {
  readonly service: string
  readonly title: string
  readonly operations: number
}

/** An input as the SDK takes it, or what is wrong with it. */
export type PreparedInput = { readonly input: object } | { readonly issues: readonly string[] }

/** All AWS operations that the gateway knows; an operation that is not in it is refused. No call of it asks AWS. */
export interface AwsApi {
  services(): readonly ApiService[]
  /** Undefined for what is not in the index. Names are exact, case included. */
  find(service: string, operation: string): ApiOperation | undefined
  /** The nearest operations to a name that is not there, as `service:Operation`, best first. */
  suggest(service: string, operation: string): readonly string[]
  /** The operations that do what `query` says, best first. */
  search(
    query: string,
    options?: { readonly services?: readonly string[]; readonly limit?: number },
  ): readonly ApiOperation[]
  /** JSON Schema (2020-12) of the input, with the enums that the SDK knows. */
  schema(service: string, operation: string): Promise<Readonly<Record<string, unknown>>>
  /** Checks `params` (JSON) against the operation's input and turns them into what the SDK takes. */
  prepare(service: string, operation: string, params: unknown): Promise<PreparedInput>
  /** What `prepare` made as JSON for a person: without secrets as `present` has it, and of bytes only how many. */
  presentInput(service: string, operation: string, input: object): Promise<unknown>
  /** An output of the SDK as JSON: times in ISO 8601, bytes in base64, secrets by schema and rule as `[redacted]`. */
  present(service: string, operation: string, output: unknown): Promise<unknown>
}

/** Knows no operation, so all are refused. */
export const emptyApi: AwsApi = {
  services: () => [],
  find: () => undefined,
  suggest: () => [],
  search: () => [],
  schema: () => Promise.reject(new Error('no operation is known')),
  prepare: () => Promise.reject(new Error('no operation is known')),
  presentInput: () => Promise.reject(new Error('no operation is known')),
  present: () => Promise.reject(new Error('no operation is known')),
}
