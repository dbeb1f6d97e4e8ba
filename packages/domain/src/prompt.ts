import type { InputNeeded } from './interaction.ts'
import type { Complete, ResourceContents } from './resource.ts'
import type { ToolContext } from './tool.ts'

/** A piece of content (MCP `ContentBlock`); binary `data` is base64. */
export type ContentBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'resource'; readonly resource: ResourceContents }
  | {
      readonly type: 'resource_link'
      readonly uri: string
      readonly name: string
      readonly mimeType?: string
    }

/** What a person fills in; `complete` suggests values. */
export interface PromptArgument {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly complete?: Complete
}

/** One message of the conversation. */
export interface PromptMessage {
  readonly role: 'user' | 'assistant'
  readonly content: ContentBlock
}

/** A conversation that a person starts from a menu, as data. */
export interface Prompt {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly PromptArgument[]
  get(
    context: ToolContext,
    args: Readonly<Record<string, string>>,
  ): Promise<{ readonly messages: readonly PromptMessage[] } | InputNeeded>
}

/** What getting a prompt is to the policy: it reads, and asks AWS nothing. */
export const promptAccess = { access: 'read', iamActions: [] } as const

/** Declares a prompt. */
export const definePrompt = (prompt: Prompt): Prompt => prompt
