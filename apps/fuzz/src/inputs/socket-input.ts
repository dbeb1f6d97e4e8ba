import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import type { Input, Material } from './input.ts'
import { jsonText, mutateJson } from './mutate-json.ts'
import { requestText } from './request-text.ts'

/** Frames of a WebSocket (RFC 6455 section 5.2) behind a good handshake, with bits, lengths and order wrong. */
export const socketInput = (random: Random, material: Material): Input => {
  const handshake = requestText('GET', '/ws', [
    ['Host', material.hosts.gateway],
    ['X-Forwarded-For', material.source],
    ['Authorization', `Bearer ${material.token}`],
    ['Connection', 'Upgrade'],
    ['Upgrade', 'websocket'],
    ['Sec-WebSocket-Version', random.chance(0.95) ? '13' : random.pick(['8', '', '99'])],
    ['Sec-WebSocket-Key', random.chance(0.95) ? 'dGhlIHNhbXBsZSBub25jZQ==' : random.pick(['x', ''])],
    ['Sec-WebSocket-Protocol', random.chance(0.95) ? 'mcp' : random.pick(['x', 'mcp, mcp', ''])],
  ])
  const frames = Array.from({ length: random.pick([1, 1, 2, 5]) }, () => frameOf(random))
  return {
    door: 'gateway',
    what: frames.map(({ what }) => what).join(', '),
    parts: [handshake, frames.map(({ bytes }) => bytes).join('')],
    upgrades: true,
    unfinished: true,
  }
}

const frameOf = (random: Random): { readonly what: string; readonly bytes: string } => {
  const message = { jsonrpc: '2.0', id: random.below(100), method: random.pick(methods), params: opening }
  const payload = random.chance(0.7)
    ? jsonText(random.chance(0.6) ? mutateJson(random, message) : message)
    : Buffer.from(random.pick([...hostileTexts, '[', '\xff'.repeat(10), 'a'.repeat(2_000_000)])).toString(
        'latin1',
      )
  const opcode = random.chance(0.7) ? 1 : random.below(16)
  const bits = random.chance(0.8) ? 0x80 : random.below(16) << 4
  const masked = random.chance(0.9)
  const length = random.chance(0.9) ? payload.length : random.pick([0, 1, 125, 65_535, 2 ** 31, 2 ** 40])
  return {
    what: `opcode ${opcode}, bits ${bits}, ${masked ? '' : 'not '}masked, ${length} for ${payload.length}`,
    bytes:
      String.fromCharCode(bits | opcode) + lengthBytes(length, masked) + (masked ? '\0\0\0\0' : '') + payload,
  }
}

const lengthBytes = (length: number, masked: boolean): string => {
  const bit = masked ? 0x80 : 0
  if (length < 126) return String.fromCharCode(bit | length)
  const bytes = Buffer.alloc(length < 65_536 ? 2 : 8)
  if (bytes.length === 2) bytes.writeUInt16BE(length)
  else bytes.writeBigUInt64BE(BigInt(length))
  return String.fromCharCode(bit | (bytes.length === 2 ? 126 : 127)) + bytes.toString('latin1')
}

const methods = ['initialize', 'ping', 'tools/list', 'tools/call', 'notifications/initialized', 'x']

const opening = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'fuzz', version: '1' },
  name: 'aws_whoami',
  arguments: {},
}
