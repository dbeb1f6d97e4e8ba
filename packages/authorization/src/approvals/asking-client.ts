import { vendorOf } from '../clients/vendors.ts'
import type { AuthorizationContext } from '../context.ts'
import { hostOfClientId } from '../pages/destination.ts'
import { type Html, html } from '../pages/html.ts'
import { lineOf, shownName } from '../pages/shown-name.ts'

/**
 * The client that a call came from: the host of its document, with its maker where that is known; or else what it calls itself,
 * quoted. Neither is proven, as a program on a computer can use any client id, and both say so.
 */
export const askingClient = async (
  { provider: current }: Pick<AuthorizationContext, 'provider'>,
  clientId: string,
): Promise<Html> => {
  const host = hostOfClientId(clientId)
  if (host !== undefined) {
    const vendor = shownName(vendorOf(clientId))
    const named = vendor === undefined ? host : `${vendor} (${host})`
    return html`${named}<span class="soft">By its client id, which other programs on a computer could use, too.</span>`
  }
  const client = await (await current()).Client.find(clientId)
  const name = shownName(client?.clientName)
  return name === undefined
    ? html`${lineOf(clientId, 120)}`
    : html`It calls itself \u201c<bdi>${name}</bdi>\u201d<span class="soft">Nobody has checked that name.</span>`
}
