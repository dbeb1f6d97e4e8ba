import { lookup as lookUp } from 'node:dns'
import { Agent as HttpAgent, type IncomingMessage, request as overHttp } from 'node:http'
import { Agent as HttpsAgent, request as overHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { performance } from 'node:perf_hooks'
import { type AddressKind, addressKind } from './address-kind.ts'

/** One request. */
export interface Outgoing {
  readonly url: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Keeps its connection for the next request with the same agent. */
  readonly agent?: HttpAgent
  /** Milliseconds after which an answer that goes on is left. */
  readonly holdMs?: number
}

/** An answer as it came, redirects among them: none is followed. */
export interface Answer {
  readonly status: number
  /** Values of a header, one for each time that it is there. */
  all(name: string): readonly string[]
  /** The first value. */
  header(name: string): string | undefined
  readonly body: string
  /** Milliseconds until the first byte of the body, if there was one. */
  readonly firstByteMs: number | undefined
  /** Whether it came to its end. */
  readonly ended: boolean
  /** Port of the connection on this side, which tells connections apart. */
  readonly connection: number | undefined
}

/** Why there was no answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  /** Of the system, of OpenSSL, or `timeout`, `not_allowed`, `too_large`. */
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export interface ReachOptions {
  readonly timeoutMs: number
  /** Certificates that are trusted beside the usual ones, in PEM. */
  readonly ca?: string
}

/** Sends requests to hosts that were allowed, and to no others. */
export interface Reach {
  send(outgoing: Outgoing): Promise<Answer>
  /** From now on requests may go to this host, at addresses of which `permits` says so. */
  allow(hostname: string, permits: (kind: AddressKind) => boolean): void
  /** Goes on without a certificate that is right: the check of certificates has told, and the others are not in vain. */
  tolerate(origin: string): void
  /** Whether what is secret may be sent there. */
  trusts(origin: string): boolean
  /** How names are looked up for other connections to an allowed host. */
  lookup(url: URL): { readonly lookup?: LookupFunction }
  /** An agent with one connection that is kept. */
  keptConnection(url: string): HttpAgent
}

const longest = 256_000

export const createReach = ({ timeoutMs, ca }: ReachOptions): Reach => {
  const allowed = new Map<string, (kind: AddressKind) => boolean>()
  const tolerated = new Set<string>()

  const send = (outgoing: Outgoing): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const url = new URL(outgoing.url)
      const hostname = bare(url.hostname)
      const permits = allowed.get(hostname)
      const literal = isIP(hostname) !== 0 && permits?.(addressKind(hostname)) !== true
      if (!permits || literal || !/^https?:$/.test(url.protocol)) {
        return reject(
          new NoAnswer('not_allowed', `nothing is sent to ${url.host}, which the URL may not name`),
        )
      }
      const { method = 'GET', headers = {}, body, agent, holdMs } = outgoing
      const started = performance.now()
      let timer = setTimeout(() => giveUp(), timeoutMs)
      const giveUp = () => {
        request.destroy()
        reject(new NoAnswer('timeout', `no answer within ${timeoutMs / 1000} s`))
      }
      const request = (url.protocol === 'https:' ? overHttps : overHttp)(
        url,
        {
          method,
          agent: agent ?? false,
          lookup: lookupWith(permits),
          ...(url.protocol === 'https:' && {
            rejectUnauthorized: !tolerated.has(url.origin),
            ca,
            // Else Node takes the Host header for it, which may be hostile on purpose.
            servername: isIP(hostname) === 0 ? hostname : '',
          }),
          headers: {
            'user-agent': 'aws-mcp-doctor',
            ...headers,
            ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
          },
        },
        (response) => {
          if (holdMs !== undefined) {
            clearTimeout(timer)
            timer = setTimeout(() => finish(false), holdMs)
          }
          const connection = response.socket.localPort
          const chunks: Buffer[] = []
          let length = 0
          let firstByteMs: number | undefined
          const finish = (ended: boolean) => {
            clearTimeout(timer)
            resolve(answerOf(response, { chunks, firstByteMs, ended, connection }))
            if (!ended) request.destroy()
          }
          response.on('data', (chunk: Buffer) => {
            firstByteMs ??= performance.now() - started
            length += chunk.length
            chunks.push(chunk)
            if (length <= longest) return
            request.destroy()
            clearTimeout(timer)
            reject(new NoAnswer('too_large', `the answer has more than ${longest / 1000} kB`))
          })
          response.on('end', () => finish(true))
          response.on('error', () => finish(false))
        },
      )
      request.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer)
        reject(error instanceof NoAnswer ? error : new NoAnswer(codeOf(error), 'no connection'))
      })
      request.end(body)
    })

  return {
    send,
    allow: (hostname, permits) => void allowed.set(bare(hostname), permits),
    tolerate: (origin) => void tolerated.add(origin),
    trusts: (origin) => !tolerated.has(origin),
    lookup({ hostname }) {
      const permits = allowed.get(bare(hostname))
      return permits ? { lookup: lookupWith(permits) } : {}
    },
    keptConnection: (url) =>
      url.startsWith('https:')
        ? new HttpsAgent({ keepAlive: true, maxSockets: 1 })
        : new HttpAgent({ keepAlive: true, maxSockets: 1 }),
  }
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '').toLowerCase()

/** Happy eyeballs give several addresses, of which each is tried: the errors are in one of their own. */
const codeOf = (error: NodeJS.ErrnoException & { errors?: NodeJS.ErrnoException[] }): string =>
  error.code ?? error.errors?.[0]?.code ?? 'unknown'

/** Addresses are judged as they are connected to, so that a name cannot point elsewhere in between. */
const lookupWith =
  (permits: (kind: AddressKind) => boolean): LookupFunction =>
  (hostname, options, give) => {
    lookUp(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return give(error, [])
      if (!addresses.every(({ address }) => permits(addressKind(address)))) {
        return give(new NoAnswer('not_allowed', `${hostname} is at an address that the URL may not name`), [])
      }
      const [first] = addresses
      if (options.all || !first) return give(null, addresses)
      give(null, first.address, first.family)
    })
  }

const answerOf = (
  { statusCode = 0, rawHeaders }: IncomingMessage,
  rest: Pick<Answer, 'firstByteMs' | 'ended' | 'connection'> & { readonly chunks: readonly Buffer[] },
): Answer => {
  const { chunks, ...others } = rest
  const all = (name: string) =>
    rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name)
  return {
    status: statusCode,
    all,
    header: (name) => all(name)[0],
    body: Buffer.concat(chunks).toString('utf8'),
    ...others,
  }
}
