import type { Operation } from './aws-calls.ts'
import type { Grant } from './grant.ts'
import { type Aim, aimOf } from './target.ts'

/**
 * What a call asks for and where, as far as it can be told before its limits are charged. Whatever is thrown is kept for later: a
 * call that asks for what there is not costs as much as any other.
 */
export const prepareCall = (
  grant: Grant,
  steps: {
    find(): Operation
    args(): Readonly<Record<string, unknown>>
    check(aim: Aim): void
    narrow?(operation: Operation): Operation
  },
): { operation?: Operation; aim?: Aim; fault?: { readonly thrown: unknown } } => {
  let operation: Operation | undefined
  try {
    operation = steps.find()
    const aim = aimOf(grant, steps.args(), operation)
    steps.check(aim)
    if (steps.narrow) operation = steps.narrow(operation)
    return { operation, aim }
  } catch (thrown) {
    return { ...(operation && { operation }), fault: { thrown } }
  }
}
