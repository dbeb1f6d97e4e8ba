import type { Answered } from './person.ts'
import { stableText } from './stable-text.ts'

/** One call: who made it, with what, and what came of it. */
export interface Step {
  readonly who: string
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
  readonly answer: Answered
}

/** What was said between people, clients and the gateway, as Markdown that is the same in every run. */
export interface Transcript {
  chapter(title: string, introduction: readonly string[]): void
  prompt(name: string, args: Readonly<Record<string, string>>, text: string): void
  step(step: Step): void
  text(): string
}

export const createTranscript = (title: string, introduction: readonly string[]): Transcript => {
  const parts = [`# ${title}`, ...introduction]
  let steps = 0
  return {
    chapter(name, text) {
      steps = 0
      parts.push(`## ${name}`, ...text)
    },
    prompt(name, args, text) {
      parts.push(
        `The prompt \`${name}\` with \`${JSON.stringify(args)}\` gives the model:`,
        block('text', text),
      )
    },
    step({ who, tool, args, answer }) {
      steps += 1
      parts.push(`### ${steps}. ${tool}`, `${who} calls with`, block('json', shown(args)))
      for (const { message, reply } of answer.questions) {
        parts.push('The person is asked', block('text', message), `and says **${reply}**.`)
      }
      parts.push(
        answer.isError ? 'The answer is an error:' : 'The answer:',
        block('text', short(answer.text)),
      )
    },
    text: () => `${stableText(parts.join('\n\n'))}\n`,
  }
}

/** Code; the fence is longer than any in it. */
export const block = (language: string, text: string): string => `\`\`\`\`${language}\n${text}\n\`\`\`\``

const shown = (args: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(args, (_key, value) => (typeof value === 'string' ? cut(value, 120) : value), 2)

const short = (text: string): string => {
  const lines = text.split('\n').map((line) => cut(line, 400))
  return lines.length <= 40 ? lines.join('\n') : [...lines.slice(0, 40), '…'].join('\n')
}

const cut = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most)}…`)
