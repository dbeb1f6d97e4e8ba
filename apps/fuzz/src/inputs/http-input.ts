import type { Random } from '../random.ts'
import { hostileTexts } from './hostile-texts.ts'
import { httpChanges } from './http-changes.ts'
import type { Input, Material } from './input.ts'
import { jsonText } from './mutate-json.ts'
import { oauthRequest } from './oauth-request.ts'
import { callerHeaders, type GoodRequest, modernMessage, requestText } from './request-text.ts'

/** Bytes that are HTTP nearly: framing, lines, targets, lengths and encodings that servers read in different ways. */
export const httpInput = (random: Random, material: Material): Input => {
  const good = random.chance(0.35) ? oauthRequest(random, material) : gatewayRequest(random, material)
  const { door } = good
  const changed = random.chance(0.5) ? good : withOtherTarget(random, good)
  const text = requestText(changed.method, changed.path, changed.headers, changed.body)
  const change = random.pick(httpChanges)
  const made = change(random, text, changed)
  const byOperator = text.includes(material.operatorToken)
  // Nobody is between the internal port and those who ask there.
  const refused = made.refused === true && door !== 'metrics'
  // Node ends such a connection there without a word, which is an answer too.
  const unfinished = made.unfinished === true || (door === 'metrics' && changed.method === 'CONNECT')
  return {
    door,
    ...made,
    unfinished,
    refused,
    byOperator,
    what: `${changed.method} ${changed.path.slice(0, 80)}: ${made.what}`,
  }
}

const gatewayRequest = (random: Random, material: Material): GoodRequest => {
  const { hosts, operatorToken } = material
  const [method, path] = random.pick(places)
  if (path.startsWith('/metrics') || path === '/livez')
    return { door: 'metrics', method, path, headers: [['Host', hosts.metrics]] }
  const headers = callerHeaders(material)
  if (path.startsWith('/admin'))
    return {
      door: 'gateway',
      method,
      path,
      headers: headers.map(([name, value]) =>
        name === 'Authorization' ? [name, `Bearer ${operatorToken}`] : [name, value],
      ),
      ...(method !== 'GET' && { body: jsonText({ name: 'x', reason: random.pick(hostileTexts) }) }),
    }
  if (path !== '/mcp' || method !== 'POST') return { door: 'gateway', method, path, headers }
  const { message, headers: own } = modernMessage('tools/list', {})
  return { door: 'gateway', method, path, headers: [...headers, ...own], body: jsonText(message) }
}

const places: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/mcp'],
  ['POST', '/mcp'],
  ['POST', '/mcp'],
  ['GET', '/mcp'],
  ['DELETE', '/mcp'],
  ['OPTIONS', '/mcp'],
  ['GET', '/sse'],
  ['POST', '/messages?sessionId=x'],
  ['GET', '/ws'],
  ['GET', '/healthz'],
  ['HEAD', '/readyz'],
  ['GET', '/.well-known/oauth-protected-resource/mcp'],
  ['GET', '/.well-known/oauth-protected-resource'],
  ['GET', '/admin/v1/tenants'],
  ['POST', '/admin/v1/tenants'],
  ['PUT', '/admin/v1/tenants/acme'],
  ['PATCH', '/admin/v1/tenants/nobody'],
  ['GET', '/admin/v1/tenants/acme'],
  ['GET', '/metrics'],
  ['GET', '/livez'],
]

const withOtherTarget = (random: Random, request: GoodRequest): GoodRequest => {
  const { path } = request
  if (random.chance(0.3)) return { ...request, method: random.pick(methods) }
  return {
    ...request,
    path: random.pick([
      `/${path}`,
      `${path}/`,
      `${path}/..;/admin/v1/tenants`,
      `/x/..${path}`,
      path.toUpperCase(),
      path.replace('/', '/%2e%2e/'),
      path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      `${path}%2f`,
      `${path}%00`,
      `${path}%`,
      `${path}%zz`,
      `${path}%ff%fe`,
      `${path}%c0%af`,
      `${path}?${'a=b&'.repeat(random.pick([1, 200]))}`,
      `${path}?access_token=x`,
      `${path}#fragment`,
      `${path};jsessionid=1`,
      `http://evil.example${path}`,
      `//evil.example${path}`,
      `\\${path}`,
      '*',
      `/${encodeURIComponent(random.pick(hostileTexts)).slice(0, 4_000)}`,
      `${path}/${encodeURIComponent(random.pick(hostileTexts)).slice(0, 4_000)}`,
      `${path}?x=${encodeURIComponent(random.pick(hostileTexts)).slice(0, 4_000)}`,
    ]),
  }
}

const methods = ['TRACE', 'CONNECT', 'PUT', 'PATCH', 'FOO', 'get', 'PROPFIND', 'M-SEARCH', 'HEAD', 'DELETE']
