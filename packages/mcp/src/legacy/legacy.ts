import { missingCapabilities } from '@gateway/domain'
import { askByRequests } from '../ask.ts'
import type { Owner } from '../changes/hub.ts'
import type { Answered, Exchange } from '../exchange.ts'
import { answerMethod } from '../methods.ts'
import { missingCapability } from '../missing-capability.ts'
import { fail, type Reply, rpcCodes } from '../rpc.ts'
import type { Server } from '../server.ts'

/** Revisions that open with `initialize`, newest first. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const

/** The version of a request that names none (MCP 2025-06-18, Transports, "Protocol Version Header"). */
export const assumedVersion = '2025-03-26'

/** Most rounds of questions in one call: a handler that asks for ever is cut off. */
const roundLimit = 10

/**
 * Answers one request of the methods that both eras have. Questions of a handler go to the client on the stream of
 * the exchange, and the handler runs again with the answers.
 */
export const answerLegacy = async (
  server: Server,
  exchange: Exchange,
  request: { method: string; params?: unknown },
  owner: Owner,
): Promise<Reply> => {
  let answered: Answered = { answers: {}, state: undefined }
  for (let round = 0; round < roundLimit; round++) {
    const outcome = await (answerMethod(server, exchange, request, answered) ?? methodNotFound)
    if (!('asks' in outcome)) return outcome
    const { asks } = outcome
    const missing = missingCapabilities(asks.needs, exchange.capabilities)
    if (missing) return missingCapability(missing)
    const answers = await askByRequests(server.hub, exchange, { owner, newId: server.newId, asks })
    if (!answers)
      return fail(rpcCodes.refused, 'The question to the user was not answered; nothing was done.')
    answered = { answers, state: asks.state }
  }
  return fail(rpcCodes.internalError, 'The call asked too many questions.')
}

/** The refusal of a method that there is not. */
export const methodNotFound = fail(rpcCodes.methodNotFound, 'Method not found.')
