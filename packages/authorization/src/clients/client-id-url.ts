import { httpsUrlFault } from './https-url-fault.ts'

/**
 * What is wrong with a `client_id` that is the URL of the client's own metadata (draft-ietf-oauth-client-id-metadata-document
 * section 3), as the rest of a sentence; undefined for one that may be read. `allow` is that of `httpsUrlFault`.
 */
export const clientIdUrlFault = (id: unknown, allow?: (host: string) => boolean): string | undefined => {
  const fault = httpsUrlFault(id, allow)
  if (fault !== undefined || typeof id !== 'string') return fault
  if (id.includes('?')) return 'has a query'
  const path = /^https?:\/\/[^/]+(\/.*)?$/.exec(id)?.[1] ?? '/'
  if (path === '/') return 'has no path'
  if (path.split('/').some(isDots) || /%2f|%5c/i.test(path)) return 'has dot segments or a hidden slash'
  if (URL.parse(id)?.href !== id) return 'is not in its normal form'
  return undefined
}

const isDots = (segment: string): boolean => /^\.{1,2}$/.test(segment.replace(/%2e/gi, '.'))
