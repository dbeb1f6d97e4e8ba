import type { SandboxUser } from '../sso/users.ts'
import type { GatewayAws } from './gateway-environment.ts'
import type { SandboxPaths } from './paths.ts'
import type { Progress } from './progress.ts'

/** What the gateway will serve: the two pretend companies, or one person's own account. */
export interface World {
  readonly tenantsFile: string
  readonly tenants: readonly WorldTenant[]
  readonly aws: GatewayAws
  /** IAM role of the gateway, which the roles of its customers trust; absent where nobody operates it. */
  readonly gatewayRoleArn?: string
  /** Of the stand-in, if there is one. */
  readonly endpoint: string | null
  /** What the SSO wants to see before it signs anybody in. */
  readonly secret?: string
  /** A tool whose call succeeds in this world. */
  readonly tool: 'aws_ec2_describe_instances' | 'aws_whoami'
}

export interface WorldTenant {
  readonly id: string
  readonly name: string
  readonly accounts: readonly { readonly alias: string; readonly accountId: string }[]
  readonly users: readonly SandboxUser[]
}

/** What making a world takes. */
export interface WorldSetup {
  readonly paths: SandboxPaths
  readonly progress: Progress
  readonly stop: AbortSignal
  /** Stops, when the sandbox does, what is put here. */
  readonly started: AsyncDisposableStack
}
