import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/** A load balancer on loopback. */
export interface RoundRobinProxy extends AsyncDisposable {
  readonly origin: string
}

/** Where it listens, and where requests go. */
export interface RoundRobinProxyOptions {
  readonly port: number
  /** Origins, taken in turn for each request. */
  readonly targets: readonly string[]
  /** Replaces the bearer of every request, for clients that cannot send one. */
  readonly token?: string
  /** A path that a target answers with 200 while it wants requests; it is asked every 100 ms. */
  readonly readyPath?: string
}

/** Milliseconds between two looks at `readyPath`. */
const lookMs = 100

/**
 * Starts one that gives each request to the next of its targets, and all of it as it came: Host and Origin too. A target
 * that takes no connection is passed over, since nothing was sent to it; once it took one, its failure is the client's.
 */
export const startRoundRobinProxy = async (options: RoundRobinProxyOptions): Promise<RoundRobinProxy> => {
  const { port, targets, token, readyPath } = options
  const away = new Set<string>()
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const first = turn++
    const inTurn = targets.map((_, n) => targets[(first + n) % targets.length] ?? '')
    // Those that want none come last: where no other is left, they are better than nobody.
    const wanted = [...inTurn.filter((each) => !away.has(each)), ...inTurn.filter((each) => away.has(each))]
    forward(incoming, outgoing, { targets: wanted, token })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const look = async (target: string): Promise<void> => {
    const ok = await fetch(`${target}${readyPath}`, { signal: AbortSignal.timeout(1000) }).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ok) away.delete(target)
    else away.add(target)
  }
  const timer = readyPath && setInterval(() => targets.forEach(look), lookMs)
  return {
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      if (timer) clearInterval(timer)
      server.close()
      server.closeAllConnections()
    },
  }
}

const forward = (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { targets, token }: { targets: readonly string[]; token: string | undefined },
): void => {
  const [target, ...others] = targets
  if (target === undefined) {
    outgoing.writeHead(502).end()
    return
  }
  const { hostname, port } = new URL(target)
  const headers = endToEnd(incoming.rawHeaders, token)
  const { method, url: path } = incoming
  // A connection for each request: one that was kept may be closed while the request is on its way.
  const onward = request({ hostname, port, method, path, headers, agent: false })
  let connected = false
  onward.once('socket', (socket) => {
    socket.once('connect', () => {
      connected = true
      pipeline(incoming, onward, () => undefined)
    })
  })
  onward.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders))
    // A stream's client waits for the headers, and its first event may be long in coming.
    outgoing.flushHeaders()
    pipeline(answer, outgoing, () => undefined)
  })
  // Whoever hangs up hangs up on the gateway too: for 2026-07-28 that cancels the call.
  const hangUp = (): void => void onward.destroy()
  outgoing.once('close', hangUp)
  onward.once('error', () => {
    outgoing.off('close', hangUp)
    if (!connected && !outgoing.destroyed) forward(incoming, outgoing, { targets: others, token })
    else if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
}

const hopByHop = ['connection', 'keep-alive']

/** Names and values in turn, as Node has them raw, without what is for one connection, and with `token` as bearer. */
const endToEnd = (raw: readonly string[], token?: string): string[] => {
  const dropped = token === undefined ? hopByHop : [...hopByHop, 'authorization']
  const kept = raw.filter((_, i) => !dropped.includes((raw[i - (i % 2)] ?? '').toLowerCase()))
  return token === undefined ? kept : [...kept, 'authorization', `Bearer ${token}`]
}
