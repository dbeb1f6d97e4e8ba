import { GatewayError, knownScopes, type Scope } from '@gateway/domain'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'
import { z } from 'zod'
import type { AuthorizationContext } from '../context.ts'

const parameters = z.object({
  client_id: z.string(),
  redirect_uri: z.string(),
  scope: z.string().default(''),
  // Only a hint: what is no address is none.
  prompt: z.string().default(''),
  login_hint: z.string().max(320).optional().catch(undefined),
})

/** A request for authorization that waits for a person, in the browser that made it. */
export interface PendingRequest {
  readonly provider: Provider
  readonly uid: string
  readonly clientId: string
  readonly redirectUri: string
  readonly clientName: string | undefined
  readonly loginHint: string | undefined
  /** Whether the app asks that the person signs in anew (`prompt=login`). */
  readonly again: boolean
  readonly scopes: readonly Scope[]
  readonly interaction: Awaited<ReturnType<Provider['interactionDetails']>>
}

/**
 * The interaction of a path, if its cookie says that this browser began it. Throws `sign_in_refused` for another browser's, one
 * that has ended and one that never was.
 */
export const interactionOf = async (
  { provider: current }: Pick<AuthorizationContext, 'provider'>,
  request: FastifyRequest<{ Params: { uid: string } }>,
  reply: FastifyReply,
): Promise<PendingRequest> => {
  const provider = await current()
  const { uid } = request.params
  const interaction = await provider.interactionDetails(request.raw, reply.raw).catch((thrown: unknown) => {
    if (thrown instanceof errors.SessionNotFound) throw ended('no interaction of this browser')
    throw thrown
  })
  if (interaction.uid !== uid) throw ended('the interaction of another path')
  const { client_id: clientId, redirect_uri: redirectUri, ...rest } = parameters.parse(interaction.params)
  const client = await provider.Client.find(clientId)
  if (!client) throw ended('the client is gone')
  return {
    provider,
    uid,
    clientId,
    redirectUri,
    clientName: client.clientName,
    loginHint: rest.login_hint,
    again: rest.prompt.split(' ').includes('login'),
    scopes: knownScopes(rest.scope.split(' ')),
    interaction,
  }
}

export const ended = (cause: string): GatewayError =>
  new GatewayError(
    'sign_in_refused',
    'This sign-in has ended, or was begun in another browser. Connect again from your app.',
    {
      cause,
    },
  )
