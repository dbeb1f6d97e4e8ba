/** Apps that are called back by a scheme of their own (RFC 8252 section 7.1); any other app could claim any other scheme. */
const appSchemes = ['cursor:', 'vscode:', 'vscode-insiders:', 'windsurf:']

const longest = 512

/**
 * What is wrong with a redirect URI that a client wants to register, as the rest of a sentence that never repeats it;
 * undefined for one that may be registered. It has to be written as a browser would write it, so that no two readers take it
 * for two places.
 */
export const redirectUriFault = (uri: unknown): string | undefined => {
  if (typeof uri !== 'string') return 'is not a text'
  if (uri.length > longest) return `is longer than ${longest} characters`
  if (!/^[\x21-\x7e]+$/.test(uri)) return 'has other characters than printable ASCII'
  if (/[*?#\\"<>^`{|}]/.test(uri)) return 'has a wildcard, a query, a fragment or a character that no URI has'
  const url = URL.parse(uri)
  if (!url) return 'is not an absolute URI'
  if (!uri.startsWith(`${url.protocol}//`) || url.host === '') return 'names no host'
  if (url.username !== '' || url.password !== '' || authorityOf(uri).includes('@')) return 'has a user name'
  if (url.href !== uri && url.href !== `${uri}/`) return 'is not in its normal form'
  if (/%2e/i.test(url.pathname)) return 'is not in its normal form'
  if (url.protocol === 'https:') return httpsFault(url.hostname)
  if (url.protocol === 'http:') {
    return withoutPort(uri) !== undefined
      ? undefined
      : 'is http, which only localhost, 127.0.0.1 and [::1] may be'
  }
  return appSchemes.includes(url.protocol) ? undefined : 'has a scheme that is of no known app'
}

/**
 * Whether the redirect URI of a request is one of those registered: the same text, or on loopback the same but for the port
 * (RFC 8252 section 7.3).
 */
export const allowsRedirect = (registered: readonly string[], asked: string): boolean => {
  if (registered.includes(asked)) return redirectUriFault(asked) === undefined
  const wanted = withoutPort(asked)
  return wanted !== undefined && registered.some((each) => withoutPort(each) === wanted)
}

/** A loopback redirect URI without its port, which is another one each time; undefined for any other URI. */
export const withoutPort = (uri: string): string | undefined => {
  const match = loopback.exec(uri)
  if (!match || uri.length > longest) return undefined
  const [, host, port, path = ''] = match
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) return undefined
  return `http://${host}${path}`
}

const loopback = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(?::(\d{1,5}))?(\/[\x21-\x7e]*)?$/

const httpsFault = (host: string): string | undefined => {
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) return 'has an IP address instead of a name'
  if (/^(.+\.)?localhost\.?$/.test(host)) return 'is https on localhost, where it has to be http'
  return undefined
}

const authorityOf = (uri: string): string => uri.slice(uri.indexOf('//') + 2).split('/', 1)[0] ?? ''
