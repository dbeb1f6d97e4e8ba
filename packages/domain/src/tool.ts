import type { z } from 'zod'
import type { Change } from './changes.ts'
import type { Grant } from './grant.ts'
import type { InputNeeded, Interaction } from './interaction.ts'
import type { ContentBlock } from './prompt.ts'
import type { Account } from './tenant.ts'

/** Class of an operation: what it may do to an account. */
export type OperationClass = 'read' | 'sensitive-read' | 'write' | 'destructive' | 'permissions' | 'spend'

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
  /** Input field that carries our signed cursor; the tool itself sees AWS's token there. */
  readonly cursorField?: string
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
  /** Sends one AWS request as the tenant's role; throws `GatewayError`. */
  aws(service: string, operation: string, input: object): Promise<unknown>
  /** Tells the clients of this tenant that something they can see has changed. */
  changed(change: Change): Promise<void>
}

export interface ToolAnswer<Data> {
  readonly data: Data
  /** AWS's token for the next page. */
  readonly next?: string | undefined
  /** True if something was cut off and there is no next page. */
  readonly truncated?: boolean
  /** Pictures, sound, resources beside the text of `data`. */
  readonly media?: readonly ContentBlock[]
}

/** Declares a tool; the types of `run` follow from the schemas. */
export const defineTool = <Input extends z.ZodObject, Output extends z.ZodType>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> => tool

/** A tool of any input and output, as catalogues hold them. */
export type AnyTool = Omit<Tool, 'run'> & {
  run(context: ToolContext, input: never): Promise<ToolAnswer<unknown> | InputNeeded>
}
