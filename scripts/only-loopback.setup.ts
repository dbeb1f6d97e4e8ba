import { Socket } from 'node:net'

// No test may reach anything but this machine: an address that is not loopback fails the test that asked for it.
const connect = Socket.prototype.connect
Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  // Node's own callers pass the normalized arguments as one array.
  const [first] = Array.isArray(args[0]) ? args[0] : args
  const host = hostOf(first, args[1])
  if (
    host !== undefined &&
    !/^(localhost|127\.\d+\.\d+\.\d+|::1|\[::1\]|::ffff:127\.\d+\.\d+\.\d+)$/.test(host)
  ) {
    throw new Error(`a test tried to connect to ${host}`)
  }
  return Reflect.apply(connect, this, args) as Socket
}

const hostOf = (first: unknown, second: unknown): string | undefined => {
  if (typeof first === 'number') return typeof second === 'string' ? second : 'localhost'
  if (typeof first !== 'object' || first === null) return undefined
  // A Unix socket; Node's HTTP agents pass `path: null` for every other.
  if ('path' in first && typeof first.path === 'string') return undefined
  return 'host' in first && typeof first.host === 'string' ? first.host : 'localhost'
}
