import { Resolver } from 'node:dns/promises'
import { BoundedMap } from './bounded-map.ts'
import { type FetchGate, within } from './fetch-gate.ts'
import { isGlobalAddress } from './global-address.ts'
import { httpsUrlFault } from './https-url-fault.ts'
import { getPinned, type JsonAnswer } from './pinned-request.ts'

/** Reads JSON from a URL that a stranger named. Rejects for whatever is not read, with the reason for the log. */
export type SafeFetch = (
  url: string,
  init?: { readonly signal?: AbortSignal | null | undefined },
) => Promise<Response>

/** How strangers' URLs are read. */
export interface SafeFetchOptions {
  readonly maxBytes: number
  /** All of it: name, connection and answer; in milliseconds. */
  readonly timeoutMs: number
  /** Milliseconds for which an answer is not asked for again. */
  readonly keepMs: number
  /** Shared by all that fetch, so that a host is left alone by all of them. */
  readonly gate: FetchGate
  /** In milliseconds. */
  now(): number
  /** What is handed on of an answer. Where it throws, the fetch counts as failed. */
  read(text: string, url: string): string
  /** URLs that a failure of others at their host does not stop, from the beginning. */
  wellKnown(url: string): boolean
  /** Every address of a name. */
  readonly lookup?: ((host: string) => Promise<readonly string[]>) | undefined
  /** Hosts that may have any address, any port and http: those of tests and of the sandbox. */
  readonly allow?: ((host: string) => boolean) | undefined
  /** HTTP proxy of everything that leaves: it is asked for the address that was checked, so it needs to resolve nothing. */
  readonly proxyUrl?: string | undefined
  /** Certificates (PEM) that are trusted beside those of Node. */
  readonly ca?: string | undefined
}

const mostKept = 200
const mostGoodHosts = 500
const mostGoodOfHost = 8

/**
 * A fetch that cannot be led astray: the name is resolved here, every address has to be one of the internet, and the one that
 * was checked is connected to, so that a name which changes in between (DNS rebinding) changes nothing. After a failure its
 * host is left alone for a minute; a URL that could be read before, or is well known, waits for itself only, or else anybody
 * could lock out a vendor's clients by asking for what the vendor does not have.
 */
export const createSafeFetch = (options: SafeFetchOptions): SafeFetch => {
  const { timeoutMs, keepMs, gate, now, read, allow = () => false, lookup = addressesOf } = options
  const kept = new BoundedMap<JsonAnswer & { readonly until: number }>(mostKept)
  const good = new BoundedMap<ReadonlySet<string>>(mostGoodHosts)
  const proxy = options.proxyUrl === undefined ? undefined : new URL(options.proxyUrl)

  const keptOf = (url: string) => {
    const answer = kept.get(url)
    return answer && answer.until > now() ? answer : undefined
  }
  const get = async (url: URL, signal: AbortSignal): Promise<JsonAnswer> => {
    const address = await checkedAddress(url, signal)
    const { maxBytes, ca } = options
    const { text, headers } = await getPinned({ url, address, proxy, ca, maxBytes, signal })
    const answer = { text: read(text, url.href), headers }
    kept.set(url.href, { ...answer, until: now() + keepMs })
    remember(url)
    return answer
  }
  const remember = ({ hostname, href }: URL) => {
    const urls = good.get(hostname) ?? new Set()
    good.set(hostname, urls.size < mostGoodOfHost ? new Set([...urls, href]) : urls)
  }
  const checkedAddress = async (url: URL, signal: AbortSignal): Promise<string> => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const addresses = await within(signal, lookup(host))
    const [first] = addresses
    if (first === undefined) throw new Error('the host has no address')
    if (!allow(url.hostname) && !addresses.every(isGlobalAddress)) {
      throw new Error('the host has an address that is not of the internet')
    }
    return first
  }
  return async (text, init = {}) => {
    const fault = httpsUrlFault(text, allow)
    if (fault !== undefined) throw new Error(`the URL ${fault}`)
    const url = new URL(text)
    const known = options.wellKnown(url.href) || good.get(url.hostname)?.has(url.href) === true
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = init.signal ? AbortSignal.any([init.signal, timeout]) : timeout
    const answer =
      keptOf(url.href) ??
      (await gate.run(
        { lane: known ? url.href : url.hostname, known, signal },
        async () => keptOf(url.href) ?? (await get(url, signal)),
      ))
    return new Response(answer.text, { headers: { ...answer.headers, 'content-type': 'application/json' } })
  }
}

/** By DNS only: a name of `/etc/hosts` or of a search domain is no name of the internet. */
const addressesOf = async (host: string): Promise<string[]> => {
  if (/^[\d.]+$|:/.test(host)) return [host]
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  if (four.status === 'rejected' && six.status === 'rejected') throw four.reason
  return [
    ...(four.status === 'fulfilled' ? four.value : []),
    ...(six.status === 'fulfilled' ? six.value : []),
  ]
}
