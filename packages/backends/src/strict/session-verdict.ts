import { NotJudged } from './condition.ts'
import { evaluate, type Question } from './evaluate.ts'
import type { Statement } from './policy-document.ts'

/** The policies under which a session's requests run. */
export interface SessionPolicies {
  readonly identity: readonly Statement[]
  /** Absent where the role has no permissions boundary. */
  readonly boundary?: readonly Statement[]
  /** The union of `Policy` and `PolicyArns` of AssumeRole; absent where neither was sent. */
  readonly session?: readonly Statement[]
}

/** Why a session may not, in the words of AWS (IAM User Guide, "Troubleshoot access denied error messages"). */
export const whyDenied = (policies: SessionPolicies, question: Question): string | undefined => {
  try {
    const layers = [
      ['an identity-based policy', 'identity-based policy', policies.identity],
      ['a permissions boundary', 'permissions boundary', policies.boundary],
      ['a session policy', 'session policy', policies.session],
    ] as const
    const said = layers.flatMap(([article, name, statements]) =>
      statements ? [{ article, name, says: evaluate(statements, question) }] : [],
    )
    const denied = said.find(({ says }) => says === 'denied')
    if (denied) return `with an explicit deny in ${denied.article}`
    const silent = said.find(({ says }) => says === 'silent')
    return silent && `because no ${silent.name} allows the ${question.action} action`
  } catch (thrown) {
    if (!(thrown instanceof NotJudged)) throw thrown
    return `because the judge of the stand-in does not know ${thrown.message}`
  }
}
