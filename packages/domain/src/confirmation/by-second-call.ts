import type { CursorBinding } from '../cursor.ts'
import { GatewayError } from '../errors.ts'
import { lifeMs } from './by-form.ts'
import type { Asking, Confirmed } from './confirm.ts'
import { rulesOf } from './needs.ts'

/** The same call again with the ticket of its refusal. A model can make it by itself: a pause, not consent, and so not for all. */
export const bySecondCall = async ({
  call,
  context,
  plan,
  needs,
  byPerson,
  digest,
}: Asking): Promise<Confirmed> => {
  const { access, binding, ticket, deps } = call
  const { cursors, spent } = deps
  const bound: CursorBinding = {
    ...binding,
    tool: `confirm ${binding.tool}`,
    input: [digest, ...rulesOf(needs)],
  }
  const may = (access === 'write' || access === 'spend') && !byPerson
  if (!may || !spent) {
    throw new GatewayError(
      'confirmation_required',
      'A person must confirm this, and your client cannot ask one (MCP elicitation). Nothing was changed. Use a client that can, or ask your administrator.',
      { details: { plan } },
    )
  }
  if (ticket === undefined) {
    throw new GatewayError(
      'confirmation_required',
      'Nothing was changed yet. Show the plan to the person you work for; if they agree, call again with the same arguments and this confirmation within five minutes.',
      { details: { plan, confirmation: cursors.seal(context.clientToken, bound, lifeMs) } },
    )
  }
  const clientToken = opened(() => cursors.open(ticket, bound))
  const { tenantId } = binding
  const bounds = { ttlSeconds: (2 * lifeMs) / 1000, maxPerTenant: 10_000 }
  const made =
    clientToken !== undefined &&
    (await spent.create({ tenantId, kind: 'confirmation', id: clientToken }, '', bounds).catch(unavailable))
  if (clientToken === undefined || made !== 'created') {
    throw new GatewayError(
      'not_confirmed',
      'This confirmation is unknown: it is too old, was used before, or is of another user, plan or arguments. Nothing was changed. Call again without it.',
      { details: { plan } },
    )
  }
  return { clientToken, by: 'second-call' }
}

const opened = (open: () => string): string | undefined => {
  try {
    return open()
  } catch {
    return undefined
  }
}

const unavailable = (cause: unknown): never => {
  throw new GatewayError('unavailable', 'The confirmation cannot be checked just now. Try again.', { cause })
}
