import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { principalId, type StopTarget, stopId } from '@gateway/domain'

type Json = Record<string, unknown>

/** One request as it came. */
export interface Recorded {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

interface Account {
  alias: string
  accountId: string
  defaultRegion: string
  roles: Record<string, Json>
}

interface Kept {
  version: number
  status: string
  document: Json
  accounts: Account[]
}

/** The token that the double takes. */
export const operatorToken = 'operator.token-1'

/**
 * Plays the admin API of a gateway on loopback. Its answers have the shapes of the real one; what it checks is only what
 * its clients may get wrong.
 */
export const adminApi = async () => {
  const tenants = new Map<string, Kept>()
  const requests: Recorded[] = []
  const stops = new Map<string, Json>()
  const signingKeys = [{ kid: 'key-1', state: 'signing', signsFrom: '2026-01-01T00:00:00.000Z' }]
  let verdict: Json[] | undefined
  let next: (() => void) | undefined
  let instead: ((request: Recorded, response: ServerResponse) => void) | undefined

  const viewOf = (id: string): Json => {
    const { version, status, document, accounts } = kept(id)
    // As the schema of a tenant fills it.
    const permissions = { readOnlyMode: false, ...(document.permissions as Json) }
    const operations = { maxConcurrency: 50, ...(document.operations as Json) }
    const tenant = { ...document, permissions, operations, status, accounts }
    return { id, name: document.name, status, source: 'store', version, tenant, verifications: verdict ?? [] }
  }
  const kept = (id: string): Kept => {
    const found = tenants.get(id)
    if (!found) throw new Refusal(404, 'not_found', 'There is no such tenant.')
    return found
  }
  const accountOf = (id: string, alias: string): Account => {
    const found = kept(id).accounts.find((each) => each.alias === alias)
    if (!found) throw new Refusal(404, 'not_found', 'The tenant has no such account.')
    return found
  }
  const onboardingOf = (id: string, alias: string): Json => ({
    tenantId: id,
    version: kept(id).version,
    account: accountOf(id, alias),
    gatewayPrincipalArn: 'arn:aws:iam::999999999999:role/mcp-gateway',
    permissions: { read: { Version: '2012-10-17', Statement: [] } },
    cloudFormation: '{"Resources":{}}',
    terraform: 'resource "aws_iam_role" "read" {}',
    quickCreateUrl: 'https://console.aws.amazon.com/cloudformation/home?region=eu-west-1#/stacks/quickcreate',
  })
  const withIds = (id: string, { accountId, roles }: Account, externalId: string) =>
    Object.fromEntries(
      Object.entries(roles).map(([name, role]) => [
        name,
        {
          roleArn: `arn:aws:iam::${accountId}:role/mcp-gateway-${id}-${name}`,
          ...role,
          externalId,
          blocked: 'The role is not verified yet.',
        },
      ]),
    )
  const changed = (id: string): Kept => {
    const found = kept(id)
    found.version += 1
    return found
  }
  const changedInVersion = (id: string, headers: Recorded['headers']): Kept => {
    if (headers['if-match'] === undefined) throw new Refusal(400, 'bad_request', 'Send If-Match.')
    if (headers['if-match'] !== `"${kept(id).version}"`) {
      throw new Refusal(412, 'precondition_failed', 'The tenant has another version.')
    }
    return changed(id)
  }

  const answerOfStops = (
    method: string,
    id: string | undefined,
    body: unknown,
  ): readonly [number, unknown] => {
    if (method === 'GET') return [200, { stops: [...stops.values()] }]
    if (method === 'DELETE') {
      const resumed = decodeURIComponent(id ?? '')
      if (!stops.delete(resumed)) throw new Refusal(404, 'not_found', 'There is no such stop.')
      return [200, { resumed, effectiveWithinSeconds: 5 }]
    }
    const { issuer, subject, ...sent } = body as Record<string, string>
    if (sent.kind === 'tool' && sent.tool !== 'aws_api_write') {
      throw new Refusal(400, 'bad_request', 'The request cannot be used: 1 of its values are wrong.', [
        'tool: there is none of this name. Did you mean aws_api_write?',
      ])
    }
    const target = { ...sent, ...(issuer && subject && { principalId: principalId(issuer, subject) }) }
    const stop = {
      ...target,
      id: stopId(target as unknown as StopTarget),
      by: { issuer: 'https://sso.example/operators', subject: 'olga' },
      since: '2026-01-01T00:00:00.000Z',
    }
    stops.set(stop.id, stop)
    return [200, { stop, effectiveWithinSeconds: 5 }]
  }

  const answer = ({ method, url, headers, body }: Recorded): readonly [number, unknown] => {
    if (headers.authorization !== `Bearer ${operatorToken}`) {
      throw new Refusal(401, 'invalid_token', 'The access token is not valid.')
    }
    const { pathname, searchParams } = new URL(url, 'http://double')
    const [admin, v1, list, id, more, alias, last] = pathname.split('/').slice(1)
    if (list === 'signing-keys') {
      if (method === 'GET' && id === undefined) return [200, { keys: signingKeys }]
      if (method !== 'POST' || id !== 'rotate') throw new Refusal(404, 'not_found', 'Nothing.')
      if (body !== undefined) throw new Refusal(400, 'bad_request', 'Send no body with this request.')
      const next = { kid: 'key-2', state: 'pending', signsFrom: '2026-01-01T00:01:00.000Z' }
      if (signingKeys.length > 1)
        throw new Refusal(409, 'conflict', 'The signing keys are being rotated already.')
      signingKeys.unshift(next)
      return [200, { kid: next.kid, signsFrom: next.signsFrom }]
    }
    if (list === 'stops') return answerOfStops(method, id, body)
    if (admin !== 'admin' || v1 !== 'v1' || list !== 'tenants')
      throw new Refusal(404, 'not_found', 'Nothing.')
    if (
      method === 'POST' &&
      !['accounts', 'revocations'].includes(more ?? '') &&
      id !== undefined &&
      body !== undefined
    ) {
      throw new Refusal(400, 'bad_request', 'Send no body with this request.')
    }
    const sent = structuredClone(body ?? {}) as Json
    const what = [method, more, alias === undefined ? undefined : 'ALIAS', last].filter(Boolean).join(' ')
    if (id === undefined && method === 'GET') {
      const after = searchParams.get('after') ?? ''
      const limit = Number(searchParams.get('limit'))
      const ids = [...tenants.keys()].sort().filter((each) => each > after)
      const page = ids.slice(0, limit).map((each) => {
        const { tenant: _, verifications: __, ...summary } = viewOf(each)
        return summary
      })
      return [200, { tenants: page, ...(ids.length > limit && { next: ids[limit - 1] }) }]
    }
    if (id === undefined) {
      const made = String(sent.id)
      if (tenants.has(made)) throw new Refusal(409, 'conflict', 'There is a tenant of this id already.')
      if (!Array.isArray(sent.connections)) {
        throw new Refusal(400, 'bad_request', 'The request cannot be used.', [
          'connections: Invalid input',
          'permissions: Invalid input',
        ])
      }
      tenants.set(made, { version: 1, status: 'active', document: sent, accounts: [] })
      return [201, viewOf(made)]
    }
    switch (what) {
      case 'GET':
        return [200, viewOf(id)]
      case 'PATCH': {
        const found = changedInVersion(id, headers)
        found.document = { ...found.document, ...sent }
        // Back to the default, of which this one has none.
        for (const [name, value] of Object.entries(sent)) if (value === null) delete found.document[name]
        return [200, viewOf(id)]
      }
      case 'DELETE':
        if (searchParams.get('confirm') !== id) throw new Refusal(400, 'bad_request', 'Confirm it.')
        kept(id)
        tenants.delete(id)
        return [204, undefined]
      case 'POST suspend':
      case 'POST resume':
        changed(id).status = more === 'suspend' ? 'suspended' : 'active'
        return [200, viewOf(id)]
      case 'POST revocations': {
        kept(id)
        const { issuer, subject } = sent
        const revoked = issuer === undefined ? sent : { user: `id-of-${subject}` }
        return [200, { revoked, effectiveWithinSeconds: 5 }]
      }
      case 'POST accounts': {
        const account = sent as unknown as Account
        account.roles = withIds(id, account, 'external-id-1')
        changed(id).accounts.push(account)
        return [201, onboardingOf(id, account.alias)]
      }
      case 'PATCH accounts ALIAS': {
        const account = accountOf(id, String(alias))
        changedInVersion(id, headers)
        Object.assign(account, sent)
        account.roles = withIds(id, account, 'external-id-1')
        return [200, onboardingOf(id, String(alias))]
      }
      case 'DELETE accounts ALIAS': {
        const gone = accountOf(id, String(alias))
        const found = changedInVersion(id, headers)
        found.accounts = found.accounts.filter((each) => each !== gone)
        return [200, viewOf(id)]
      }
      case 'GET accounts ALIAS onboarding':
        return [200, onboardingOf(id, String(alias))]
      case 'GET accounts ALIAS template': {
        const { cloudFormation, terraform } = onboardingOf(id, String(alias))
        return [200, searchParams.get('format') === 'terraform' ? terraform : cloudFormation]
      }
      case 'POST accounts ALIAS verify':
        accountOf(id, String(alias))
        return [200, { verifications: verdict ?? [] }]
      case 'POST accounts ALIAS rotate-external-id': {
        for (const role of Object.values(accountOf(id, String(alias)).roles))
          role.nextExternalId = 'external-id-2'
        return [200, onboardingOf(id, String(alias))]
      }
      default:
        throw new Refusal(404, 'not_found', `Nothing at ${what}.`)
    }
  }

  const server = createServer(async (incoming, response) => {
    const raw = await text(incoming)
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, body: raw === '' ? undefined : (JSON.parse(raw) as unknown) }
    requests.push(request)
    if (instead) return instead(request, response)
    try {
      const [status, body] = answer(request)
      const plain = typeof body === 'string'
      response.writeHead(status, { 'content-type': plain ? 'text/plain' : 'application/json' })
      response.end(plain ? body : JSON.stringify(body))
      next?.()
      next = undefined
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const { status, code, message, issues } = thrown
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code, message, ...(issues && { issues }) }, requestId: 'r-1' }))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    tenants,
    /** Answers every request from now on by itself. */
    answerWith(handler: (request: Recorded, response: ServerResponse) => void) {
      instead = handler
    },
    /** Does `change` right after the next good answer. */
    afterNext(change: () => void) {
      next = change
    },
    /** What verifying finds from now on. */
    find(verifications: Json[]) {
      verdict = verifications
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly issues: readonly string[] | undefined

  constructor(status: number, code: string, message: string, issues?: readonly string[]) {
    super(message)
    this.status = status
    this.code = code
    this.issues = issues
  }
}
