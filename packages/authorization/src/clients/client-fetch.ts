import { cleanClientDocument } from './client-document.ts'
import { clientIdUrlFault } from './client-id-url.ts'
import { clientKeys } from './client-keys.ts'
import { createFetchGate } from './fetch-gate.ts'
import { createSafeFetch, type SafeFetchOptions } from './safe-fetch.ts'
import { isVendorDocument } from './vendors.ts'

/** What the fetch of oidc-provider needs; all but `now` is for tests, the sandbox and networks with a proxy. */
export type ClientFetchOptions = Pick<SafeFetchOptions, 'now' | 'lookup' | 'allow' | 'proxyUrl' | 'ca'>

const timeoutMs = 2_500

/**
 * The only way out of oidc-provider: to the documents of clients that describe themselves, and to the keys of clients. Both
 * are handed on cleaned, so that the provider, which keeps documents, never sees more.
 */
export const createClientFetch = (options: ClientFetchOptions): typeof fetch => {
  const allowed = options.allow && { allow: options.allow }
  const shared = { ...options, timeoutMs, gate: createFetchGate(options.now) }
  const documents = createSafeFetch({
    ...shared,
    maxBytes: 5_120,
    keepMs: 30_000,
    wellKnown: isVendorDocument,
    read: (text, url) => JSON.stringify(cleanClientDocument(JSON.parse(text), url, allowed)),
  })
  const keySets = createSafeFetch({
    ...shared,
    maxBytes: 65_536,
    keepMs: 60_000,
    wellKnown: () => false,
    read: (text) => JSON.stringify(clientKeys(JSON.parse(text))),
  })
  return async (input, init = {}) => {
    const text = input instanceof Request ? input.url : String(input)
    // Only documents are fetched with this in oidc-provider 9.13 (lib/helpers/client_id_metadata_document.js).
    if (init.redirect !== 'manual') return keySets(text, init)
    const fault = clientIdUrlFault(text, options.allow)
    if (fault !== undefined) throw new Error(`the client_id ${fault}`)
    return documents(text, init)
  }
}
