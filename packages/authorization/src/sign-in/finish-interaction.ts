import { knownScopes, scopesByGroups } from '@gateway/domain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findAccount } from '../accounts.ts'
import { tenantIdOfClient } from '../clients/tenant-clients.ts'
import type { AuthorizationContext } from '../context.ts'
import { seeOther } from '../http/see-other.ts'
import { newGrant } from '../new-grant.ts'
import { ended, interactionOf } from './interaction-of.ts'

/**
 * Ends an interaction with what its sign-in came to: a grant of the scopes that the person agreed to and can have, one for each
 * sign-in, so that revoking one ends no other; or the refusal, which the app is told.
 */
export const finishInteraction = async (
  context: AuthorizationContext,
  request: FastifyRequest<{ Params: { uid: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const { uid, provider, clientId, scopes, interaction } = await interactionOf(context, request, reply)
  const outcome = await context.pending.takeOutcome(uid)
  if (!outcome) throw ended('no sign-in of this interaction')
  if ('error' in outcome) {
    return seeOther(reply, await provider.interactionResult(request.raw, reply.raw, outcome))
  }
  const { accountId } = outcome
  const found = await findAccount(context, outcome)
  if (!found) throw ended('the account is gone')
  const owner = tenantIdOfClient(clientId)
  const rights = scopesByGroups(found.connection, found.account.groups)
  // A client that one company registered is of no use to another one's people.
  const foreign = owner !== undefined && owner !== found.tenant.id
  const granted = foreign ? [] : scopes.filter((scope) => rights.includes(scope))
  if (granted.length === 0) {
    const error_description = 'Your company gives you none of the access that the app asked for.'
    const refusal = { error: 'access_denied', error_description }
    return seeOther(reply, await provider.interactionResult(request.raw, reply.raw, refusal))
  }
  const grantId = await newGrant(provider, context, {
    accountId,
    clientId,
    tenantId: found.tenant.id,
    scope: granted.join(' '),
  })
  const others = String(interaction.params.scope ?? '')
    .split(' ')
    .filter((each) => knownScopes([each]).length === 0)
  interaction.params.scope = [...granted, ...others].filter(Boolean).join(' ')
  await interaction.persist()
  const result = { login: { accountId, remember: false }, consent: { grantId } }
  return seeOther(reply, await provider.interactionResult(request.raw, reply.raw, result))
}
