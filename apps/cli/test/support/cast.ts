import { expect } from 'vitest'
import { type Answered, type Forms, type Person, signIn } from './person.ts'
import type { Ready } from './sandbox.ts'
import type { Transcript } from './transcript.ts'

/** Where the calls go, and what writes them down. */
export interface Stage {
  readonly ready: Ready
  readonly transcript: Transcript
  /** All answers with the tools that gave them. */
  readonly answers: [tool: string, answer: Answered][]
}

/** A person whose calls are written down. */
const actor = async (stage: Stage, who: string, tenant: string, forms: Forms): Promise<Person> => {
  const person = await signIn(stage.ready, tenant, 'operator', forms)
  return {
    ...person,
    async call(tool, args = {}) {
      const answer = await person.call(tool, args)
      stage.transcript.step({ who, tool, args, answer })
      stage.answers.push([tool, answer])
      return answer
    },
  }
}

/** The people of the flows: three of acme, whose clients differ, and Zoe of globex. */
export type Cast = Awaited<ReturnType<typeof castOf>>

export const castOf = async (stage: Stage) => {
  const stack = new AsyncDisposableStack()
  return {
    ann: stack.use(await actor(stage, 'Ann', 'acme', 'accepts')),
    bob: stack.use(await actor(stage, 'Bob', 'acme', 'none')),
    dan: stack.use(await actor(stage, 'Dan', 'acme', 'declines')),
    zoe: stack.use(await actor(stage, 'Zoe', 'globex', 'accepts')),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** The account of acme in which all of it happens. */
export const account = 'prod'

/** An answer that refuses; only who was asked and said no was asked anything. */
export const refusedBy = (code: string) => ({
  isError: true,
  error: { code },
  questions: code === 'not_confirmed' ? [{ reply: 'no' }] : [],
})

/** One question that was answered with yes. */
export const asking = (message: string) => [{ message: expect.stringContaining(message), reply: 'yes' }]
