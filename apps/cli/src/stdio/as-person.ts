import type { AwsAccess, Call, CallDependencies, GatewayError, Grant } from '@gateway/domain'
import type { AccountFinder } from './account-finder.ts'
import type { InTurn } from './in-turn.ts'

/** What a call of that person needs. */
export interface PersonOptions {
  readonly findAccount: AccountFinder
  /** The person's grant; without an account id that of somebody whose account is not known. */
  grantFor(accountId?: string): Grant
  readonly turn: InTurn
  /** Cancels every call once it aborts. */
  readonly ending: AbortSignal
}

/** Runs one call as the person who has started the process. `calls` is what the line needs. */
export type AsPerson = <C extends Call, Result>(
  call: C,
  options: { readonly asksAws: boolean; readonly calls: CallDependencies },
  run: (calls: CallDependencies, call: C) => Promise<Result>,
) => Promise<Result>

/** Milliseconds that a call waits to learn the account: one that asks AWS, and one that does not need to. */
const patience = { aws: 15_000, other: 3_000 }

/**
 * Gives calls the person's grant. Their account is asked of AWS with the first call and not at the start; while it is
 * not known, calls run all the same, but whatever they send to AWS is refused with the reason.
 */
export const asPerson = ({ findAccount, grantFor, turn, ending }: PersonOptions): AsPerson => {
  const nobody = grantFor()
  let known: Grant | undefined
  return (given, { asksAws, calls }, run) => {
    const signal = AbortSignal.any([given.signal, ending])
    const call = { ...given, signal }
    return turn(signal, async () => {
      const found = await findAccount(asksAws ? patience.aws : patience.other, signal)
      if ('fault' in found) {
        return run({ ...calls, aws: refusing(calls.aws, found.fault) }, { ...call, grant: nobody })
      }
      known ??= grantFor(found.accountId)
      return run(calls, { ...call, grant: known })
    })
  }
}

/** Stands in for AWS while nobody knows whose account it would be. */
const refusing = (aws: AwsAccess, fault: GatewayError): AwsAccess => ({
  send: () => Promise.reject(fault),
  sessionName: aws.sessionName,
  forget: aws.forget,
})
