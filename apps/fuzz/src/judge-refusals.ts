import type { Answer } from './answers.ts'
import type { Fault } from './judge-exchange.ts'

/** Compares refusals of tokens: whoever guesses must not learn from them what was wrong. */
export const createTokenRefusals = () => {
  let first: string | undefined
  return (answers: readonly Answer[]): Fault[] =>
    answers.flatMap((answer) => {
      const { status, headers, body } = answer
      if (status !== 401 || !body.includes('"invalid_token"')) return []
      const told = `${headers['www-authenticate']} ${body}`
      first ??= told
      return told === first
        ? []
        : [{ kind: 'cause told', detail: JSON.stringify([first, told]).slice(0, 800) }]
    })
}
