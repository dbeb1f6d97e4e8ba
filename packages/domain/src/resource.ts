import type { Grant } from './grant.ts'
import type { InputNeeded } from './interaction.ts'
import type { CallScope, OperationClass, ToolContext } from './tool.ts'

/** Suggestions for a value that a person is typing, best first; from what the grant already says, never from AWS. */
export type Complete = (
  grant: Grant,
  typed: string,
  others: Readonly<Record<string, string>>,
) => readonly string[]

/** Content of a resource: text, or base64 in `blob`. */
export interface ResourceContents {
  readonly uri: string
  readonly mimeType: string
  readonly text?: string
  readonly blob?: string
}

/** Something to read under a URI, as data; `account` and `region` among the variables aim the read. */
export interface Resource {
  /** A URI, or a template of RFC 6570 level 1 such as `aws://{account}/{region}/stacks/{name}`. */
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType: string
  readonly access: OperationClass
  readonly iamActions: readonly string[]
  /** As those of a tool, by the variables of the template. */
  scopeOf?(variables: Readonly<Record<string, string>>): CallScope
  readonly scopes?: readonly CallScope[]
  readonly generic?: boolean
  /** As that of a tool. */
  readonly readsStore?: boolean
  /** True where its contents change in AWS by themselves: it is read again and again for those who subscribed to it. */
  readonly watched?: boolean
  /** Of what is watched: whether a text that was read of it stays as it is for good, so that there is no more to wait for. */
  isFinal?(text: string): boolean
  /** Account and region of the read, where the template has no variables for them. */
  aim?(variables: Readonly<Record<string, string>>): { readonly account?: string; readonly region?: string }
  /** By variable of the template. */
  readonly complete?: Readonly<Record<string, Complete>>
  /** Its contents, or undefined where there is nothing under that URI. */
  read(
    context: ToolContext,
    found: { readonly uri: string; readonly variables: Readonly<Record<string, string>> },
  ): Promise<readonly ResourceContents[] | InputNeeded | undefined>
}

/** Declares a resource. */
export const defineResource = (resource: Resource): Resource => resource
