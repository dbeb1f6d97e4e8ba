import { type Destination, destinationOf, hostOfClientId } from './destination.ts'
import { type Html, html } from './html.ts'
import { shownName } from './shown-name.ts'

/** What is known of whoever asks for consent. */
interface Asking {
  readonly clientId: string
  readonly redirectUri: string
  readonly clientName?: string | undefined
  readonly vendor?: string | undefined
}

/** Who asks, in words that they cannot choose. */
interface Asker {
  /** For the title. */
  readonly name: string
  /** For the heading. */
  readonly heading: Html
  /** What it says of itself, or what is verified; a paragraph. */
  readonly claim: Html | undefined
  /** A warning, where the gateway cannot know who gets the access. */
  readonly notice: Html | undefined
  /** Where the access goes. */
  readonly goesTo: string
}

/**
 * Who asks: hosts, since only those are proven (by TLS, when the answer is delivered there). What a client says of itself
 * is quoted as such, and a program on this computer is called that, whatever client id it uses: every program may use it.
 */
export const asker = (asking: Asking): Asker => {
  const destination = destinationOf(asking.redirectUri)
  const documentHost = hostOfClientId(asking.clientId)
  const clientName = shownName(asking.clientName)
  const quoted = clientName === undefined ? undefined : html`“<bdi>${clientName}</bdi>”`
  const goesTo = placeOf(destination)
  if (destination.kind === 'host') {
    const host = documentHost ?? destination.host
    const vendor = shownName(asking.vendor)
    return {
      name: host,
      heading:
        vendor === undefined ? html`<strong>${host}</strong>` : html`<strong>${vendor} (${host})</strong>`,
      claim:
        vendor !== undefined
          ? html`<p>Verified: ${host} is known to be ${vendor}.</p>`
          : quoted && html`<p>It calls itself ${quoted}. Nobody has checked that name.</p>`,
      notice: host === destination.host ? undefined : elsewhere(host, destination.host),
      goesTo,
    }
  }
  const from = documentHost === undefined ? undefined : html` from ${documentHost}`
  const kind = destination.kind === 'app' ? 'app' : 'program'
  return {
    name: `${kind === 'app' ? 'an' : 'a'} ${kind} on this computer`,
    heading: html`<strong>${kind === 'app' ? 'An' : 'A'} ${kind} on this computer</strong>`,
    claim:
      quoted || from
        ? html`<p>It says it is${quoted && html` ${quoted}`}${from}. Any ${kind} can say so.</p>`
        : undefined,
    notice: onThisComputer(destination),
    goesTo,
  }
}

const placeOf = (destination: Destination): string => {
  if (destination.kind === 'host') return destination.host
  if (destination.kind === 'loopback') return `a program on this computer (${destination.host})`
  return `the app registered for ${destination.scheme}`
}

const noticeOf = (title: string, text: string): Html => html`<div class="notice" role="note">
<p><strong>${title}</strong></p>
<p>${text}</p>
</div>`

const elsewhere = (host: string, to: string): Html =>
  noticeOf(
    'Access goes to another host.',
    `${host} asks, and ${to} gets the access. Only continue if you know both.`,
  )

const onThisComputer = (destination: Destination): Html =>
  destination.kind === 'app'
    ? noticeOf(
        'Only continue if you just started this from that app.',
        'The gateway cannot check which app on this computer gets the access.',
      )
    : noticeOf(
        'Only continue if you just started this from your own program.',
        'The gateway cannot check which program on this computer gets the access.',
      )
