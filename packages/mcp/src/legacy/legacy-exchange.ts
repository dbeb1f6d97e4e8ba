import type { SessionRecord } from '@gateway/domain'
import { callerIn } from '../call-of.ts'
import type { Owner } from '../changes/hub.ts'
import type { Caller, Exchange } from '../exchange.ts'
import type { OpenStream } from './reply-on.ts'

/** Who owns what happens in a session. */
export const ownerOf = ({ tenantId, id }: Pick<SessionRecord, 'tenantId' | 'id'>): Owner => ({
  tenantId,
  name: id,
})

/** What the client of a session said of itself. */
export type LegacyClient = Pick<SessionRecord, 'clientCapabilities' | 'logLevel'>

/** The exchange of a legacy request, built from the session's record and nothing else. */
export const legacyExchange = (of: {
  readonly caller: Caller
  /** Undefined for a request outside of any session, of whose client nothing is known. */
  readonly client: LegacyClient | undefined
  /** Whose names are recorded, whether it can be asked anything or not. */
  readonly claimed: Pick<SessionRecord, 'clientName' | 'clientVersion'> | undefined
  readonly version: string
  readonly params: unknown
  readonly stream: OpenStream
  readonly signal: AbortSignal
}): Exchange => {
  const { caller, client, claimed, version, params, stream, signal } = of
  return {
    ...callerIn(caller, params),
    era: 'legacy',
    version,
    capabilities: client ? capabilitiesOf(client) : {},
    clientInfo: claimed && { name: claimed.clientName, version: claimed.clientVersion },
    // A client that never asked for a level gets what is worth a person's while.
    logLevel: client ? (client.logLevel ?? 'info') : undefined,
    signal,
    send: (message, importance) => stream.send(message, importance),
    closeStream: () => stream.detach(),
  }
}

/** Most clients declare nothing. */
const capabilitiesOf = ({ clientCapabilities }: LegacyClient): Exchange['capabilities'] =>
  clientCapabilities === '{}' ? {} : JSON.parse(clientCapabilities)
