import { isIP } from 'node:net'
import { ConfigurationError, GatewayError } from '@gateway/domain'
import { isLoopback } from './is-loopback.ts'

/**
 * Name, code and frames of an error and of what caused it, the message where it is ours, and of a failed call of the system which
 * one it was and where it went: what a library writes into a message or a property may quote anything.
 */
export const safeError = (error: unknown, depth = 0): object => {
  if (!(error instanceof Error)) return { type: typeof error }
  const { name, message, cause } = error
  const code = 'code' in error ? wordOf(error.code) : undefined
  const own = error instanceof GatewayError || error instanceof ConfigurationError
  return {
    type: wordOf(name) ?? 'Error',
    ...(code !== undefined && { code }),
    ...(own && { message }),
    ...('syscall' in error && systemCall(error)),
    ...(depth === 0 && { stack: framesOf(error) }),
    ...(cause !== undefined && depth < 3 && { cause: safeError(cause, depth + 1) }),
  }
}

const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.]{1,64}$/.test(value) ? value : undefined

const systemCall = ({
  syscall,
  address,
  port,
}: Error & { syscall?: unknown; address?: unknown; port?: unknown }) => {
  const [name, place] = [wordOf(syscall), placeOf(address)]
  return {
    ...(name !== undefined && { syscall: name }),
    ...(place !== undefined && { address: place }),
    ...(Number.isInteger(port) && { port }),
  }
}

/** Of which kind an address is, which tells a wrong setting from a service that is away. */
const placeOf = (address: unknown): 'loopback' | 'private' | 'public' | undefined => {
  if (typeof address !== 'string' || isIP(address) === 0) return undefined
  if (isLoopback(address)) return 'loopback'
  return /^(?:10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.|^f[cd]|^fe[89ab]/i.test(address)
    ? 'private'
    : 'public'
}

/**
 * Up to eight frames. A stack begins with the message, which may have lines that look like frames: where it does not begin with the
 * message that the error has, nobody knows where that ends, and there are none.
 */
const framesOf = ({ message, stack = '' }: Error): string => {
  const head = message === '' ? stack.indexOf('\n') : stack.indexOf(`: ${message}\n`)
  if (head === -1 || !/^[\w.$ [\]]{0,100}$/.test(stack.slice(0, head))) return ''
  const frames = stack
    .slice(message === '' ? head : head + message.length + 2)
    .split('\n', 50)
    .flatMap((line) => frameOf(line) ?? [])
  return frames.slice(0, 8).join('\n')
}

const frameOf = (line: string): string | undefined => {
  const { name, file = '', place } = frame.exec(line)?.groups ?? {}
  if (place === undefined) return undefined
  const path =
    below
      .exec(file)
      ?.slice(1)
      .find((part) => part !== undefined) ?? ''
  return name === undefined ? `    at ${path}${place}` : `    at ${name} (${path}${place})`
}

/** As V8 writes them: `at name (file:line:column)` or `at file:line:column`. */
const frame =
  /^ {4}at (?:(?<name>[\w.$<>#[\] ]{1,120}) \()?(?<file>(?:file:\/\/|node:)?[^\s():]{1,500})(?<place>:\d{1,7}:\d{1,7})\)?$/

/** What of a path is ours to tell: of Node itself, below `node_modules`, in the repository, or the name of the file. */
const below =
  /^(node:[\w/]+)$|node_modules\/((?!.*node_modules\/)[\w./@+-]+)$|(?:^|\/)((?:apps|packages)\/[\w./-]+)$|([\w.-]+)$/
