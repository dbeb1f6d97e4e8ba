import type { CallDependencies } from './call-dependencies.ts'
import { GatewayError } from './errors.ts'
import type { InputNeeded } from './interaction.ts'
import { type Prompt, type PromptMessage, promptAccess } from './prompt.ts'
import { runCall } from './run-call.ts'
import type { PromptGet } from './tool-call.ts'

/** A prompt, filled in. */
export interface PromptResult {
  readonly description: string
  readonly messages: readonly PromptMessage[]
}

/** Gets one prompt on the line of every call; rejects with the refusal, which is a protocol error here. */
export const getPrompt = async (
  deps: CallDependencies,
  call: PromptGet,
): Promise<PromptResult | InputNeeded> => {
  const prompt = deps.offerOf(call.grant.tenant).prompts.get(call.prompt)
  const outcome = await runCall<{ messages: readonly PromptMessage[] }, PromptResult>(deps, call, {
    kind: 'prompt',
    asks: { args: call.args },
    find: () => ({ name: known(prompt).name, ...promptAccess }),
    args: () => ({}),
    check() {
      const missing = known(prompt).arguments.filter(({ name, required }) => required && !call.args[name])
      if (missing.length === 0) return
      const issues = missing.map(({ name, description }) => `${name}: is needed (${description})`)
      throw new GatewayError('invalid_arguments', 'The prompt needs more arguments.', { details: { issues } })
    },
    run: (context) => known(prompt).get(context, call.args),
    format: ({ messages }) => ({ description: known(prompt).description, messages }),
    audited: ({ messages }) => ({ text: JSON.stringify(messages), counts: { messages: messages.length } }),
  })
  if ('error' in outcome) throw outcome.error
  return outcome.result
}

const known = (prompt: Prompt | undefined): Prompt => {
  if (!prompt) throw new GatewayError('unknown_prompt', 'There is no such prompt. Ask prompts/list.')
  return prompt
}
