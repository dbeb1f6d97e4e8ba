import type { z } from 'zod'
import type { AuditEvent } from './audit.ts'
import type { AwsApi } from './aws-api.ts'
import type { Change } from './changes.ts'
import type { Draw } from './chart.ts'
import type { Grant } from './grant.ts'
import type { InstancePrices } from './instance-prices.ts'
import type { InputNeeded, Interaction } from './interaction.ts'
import type { OperationHandles } from './operation-handle.ts'
import type { Outlook } from './outlook.ts'
import type { Plan } from './plan.ts'
import type { ContentBlock } from './prompt.ts'
import type { Account, Tenant } from './tenant.ts'

/** Class of an operation: what it may do to an account. */
export const operationClasses = [
  'read',
  'sensitive-read',
  'write',
  'destructive',
  'spend',
  'permissions',
] as const
export type OperationClass = (typeof operationClasses)[number]

/** A group of tools that a tenant may do without (`permissions.packs`). Tools of no pack are always there. */
export const packs = ['resources', 'monitoring', 'analytics', 'infrastructure', 'api'] as const
export type Pack = (typeof packs)[number]

/** What one call may do: a class, and the IAM actions that go with it. */
export interface CallScope {
  readonly access: OperationClass
  readonly iamActions: readonly string[]
  /** Of a generic tool: the one operation of AWS that this call sends, as `ec2:DescribeInstances`; nothing else is sent. */
  readonly sends?: string
  /**
   * IAM actions that CloudFormation may take in the caller's name to carry this out, `*` for all of the tenant's services
   * (IAM User Guide, "Forward access sessions"). The session allows them only there (`aws:CalledVia`), never to the gateway.
   */
  readonly throughCloudFormation?: readonly string[]
  /** IAM actions, of `iamActions`, of reads that are sent beside `sends` to judge it: of tags, of what runs already. */
  readonly checks?: readonly string[]
  /** True where the answer holds secrets or ways to sign in, so that the tenant must have granted it (`secretReads`). */
  readonly secret?: boolean
}

/** A tool as data; everything that MCP, IAM and the documentation say of it is derived from this. */
export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodType = z.ZodType> {
  /** `aws_<service>_<verb>_<noun>`; the file is `<service>/<verb>-<noun>.ts`. */
  readonly name: string
  readonly title: string
  /** One or two sentences for a model: what it answers, and when to use it. */
  readonly description: string
  readonly access: OperationClass
  /** Every IAM action that the tool may cause; a call outside of them is refused before it is sent. */
  readonly iamActions: readonly string[]
  readonly idempotent: boolean
  /** A strict object without `account` and `region`: the catalogue adds those. */
  readonly input: Input
  /** Schema of `data` in the answer. */
  readonly output: Output
  /** That it may ask several regions at once (`regions`), each with an answer or an error of its own; for reads only. */
  readonly acrossRegions?: boolean
  /** Input field that carries our cursor; the tool itself sees AWS's token there. */
  readonly cursorField?: string
  /**
   * The list in `data` that a page is made of. Its records are what `fields` selects from, which the catalogue adds, and
   * what an answer that is too long for a model loses from its end; the cursor then goes on with the first that is missing.
   */
  readonly listField?: string
  readonly pack?: Pack
  /**
   * What a call with this input does, where that is less than the tool as a whole may do, or is known by the input only
   * (generic tools, which say no `iamActions` of their own). The policy, the role and the session go by it.
   */
  scopeOf?(input: z.output<Input>, api: AwsApi, tenant?: Tenant): CallScope
  /** What `scopeOf` may say beyond the tool's own class and actions; the roles of tenants are made for these too. */
  readonly scopes?: readonly CallScope[]
  /** True for a tool that asks AWS though it declares no `iamActions`, because `scopeOf` says them. */
  readonly generic?: boolean
  /** True for a tool that asks AWS nothing and reads much of what the gateway keeps: a lease bounds how many of it run at once. */
  readonly readsStore?: boolean
  /**
   * What a person is asked to confirm; undefined where this input needs nobody's word (a dry run, a plan). Asked before
   * `run`, after the policy; called again on the confirmed round, and a plan that has changed is asked anew.
   */
  confirm?(context: ToolContext, input: z.output<Input>): Promise<Plan | undefined>
  /** Takes back what `confirm` has prepared in AWS; called where the answer is no, or nobody can be asked. */
  unconfirmed?(context: ToolContext, input: z.output<Input>): Promise<void>
  /** URI (`ui://…`) of the page in which a client with MCP Apps shows the answer. */
  readonly view?: string
  /**
   * Long work, which a client that knows tasks (`io.modelcontextprotocol/tasks`) follows as one. `required` means
   * that a 2026-07-28 client must know them; older clients wait on their stream, which outlives a connection.
   */
  readonly taskSupport?: 'optional' | 'required'
  /** Its first run asks the client while it waits; the answers then start the task. Otherwise the task itself asks. */
  readonly asksBeforeTask?: boolean
  /** Runs once for each round of questions (`needInput`), each time from its start. */
  run(context: ToolContext, input: z.output<Input>): Promise<ToolAnswer<z.output<Output>> | InputNeeded>
}

/** What a handler sees of the world: its client, its own account and region, and one way to AWS. */
export interface ToolContext extends Interaction {
  readonly grant: Grant
  readonly account: Account
  readonly region: string
  readonly signal: AbortSignal
  /** Milliseconds since the epoch. */
  now(): number
  /** When the call will be stopped, in milliseconds since the epoch; work that may go on ends well before it. */
  readonly deadline: number
  /** Resolves after `ms`; rejects as soon as the call ends. */
  wait(ms: number): Promise<void>
  /** Letters and digits that are the same when this call is made again after its confirmation; for idempotency tokens. */
  readonly clientToken: string
  /** Every operation of AWS that the gateway knows. */
  readonly api: AwsApi
  /** Draws a picture of numbers; absent where nothing draws. */
  readonly draw?: Draw
  /** Those that an operator has named; absent means the prices that come with the tools. */
  readonly prices?: InstancePrices
  /** Ids of work that goes on in AWS, bound to this caller. */
  readonly operations: OperationHandles
  /** What the policy knows, for tools that tell what it would say. */
  readonly outlook: Outlook
  /** The newest audit events that the caller may see, newest first: its own, or as administrator all of its tenant. */
  recentEvents(limit: number): Promise<readonly AuditEvent[]>
  /** Sends one AWS request as the tenant's role; throws `GatewayError`. */
  aws(service: string, operation: string, input: object): Promise<unknown>
  /** Tells the clients of this tenant that something they can see has changed. */
  changed(change: Change): Promise<void>
}

export interface ToolAnswer<Data> {
  readonly data: Data
  /** AWS's token for the next page. */
  readonly next?: string | undefined
  /**
   * True if something was cut off and there is no next page, or better a sentence: which list, how many of it are told,
   * which argument gets more. It stands outside of the fence, so it holds names of ours and numbers only.
   */
  readonly truncated?: boolean | string
  /**
   * True if its length is what the caller asked for (the bytes of a body), and its tool bounds it and says how to get
   * more: then the gateway cuts nothing of it.
   */
  readonly whole?: boolean
  /** True if what was asked for was done, and failed (a function that threw, a stack that was rolled back): the result is an error, with its data. */
  readonly failed?: boolean
  /** What it came to, in micro-dollars, where that is less than the plan had reckoned: fewer were started, say. */
  readonly microUsd?: number
  /** Pictures, sound, resources beside the text of `data`. */
  readonly media?: readonly ContentBlock[]
}

/** Declares a tool; the types of `run` follow from the schemas. */
export const defineTool = <Input extends z.ZodObject, Output extends z.ZodType>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> => tool

/** A tool of any input and output, as catalogues hold them. */
export type AnyTool = Omit<Tool, 'run' | 'scopeOf' | 'confirm' | 'unconfirmed'> & {
  run(context: ToolContext, input: never): Promise<ToolAnswer<unknown> | InputNeeded>
  scopeOf?(input: never, api: AwsApi, tenant?: Tenant): CallScope
  confirm?(context: ToolContext, input: never): Promise<Plan | undefined>
  unconfirmed?(context: ToolContext, input: never): Promise<void>
}
