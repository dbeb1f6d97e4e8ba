import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { jsonObject } from './json-object.ts'
import { certificateFor } from './testing/certificate.ts'
import { day, examine } from './testing/examine.ts'
import { json, type Reply } from './testing/reply.ts'

const certificate = (from: number, until: number) =>
  certificateFor(new Date(Date.now() + from * day), new Date(Date.now() + until * day))

/** A server of somebody else, and what it was asked. */
const elsewhere = async () => {
  const requests: string[] = []
  const server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url}`)
    response.end('{}')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return { requests, port, [Symbol.asyncDispose]: async () => void server.close() }
}

test.for([
  ['over', certificate(-90, -3), true, /CERT_HAS_EXPIRED, over for 3 days/],
  ['of nobody who is trusted', certificate(-1, 90), false, /SELF_SIGNED/],
] as const)(
  'a certificate that is %s is named, and the token stays here',
  async ([, made, trusted, told]) => {
    const { code, fails, warns, findings, requests, goodToken } = await examine({
      certificate: made,
      trusted,
    })
    expect({ code, fails, warns }).toEqual({
      code: 1,
      fails: ['tls-certificate', 'as-certificate'],
      warns: [],
    })
    expect(findings.find(({ id }) => id === 'tls-certificate')?.problem).toMatch(told)
    expect(findings.find(({ id }) => id === 'stream')?.status).toBe('skip')
    expect(requests.length).toBeGreaterThan(30)
    expect(requests.filter(({ headers }) => headers.authorization?.includes(goodToken))).toEqual([])
  },
)

test('a certificate that ends soon is a warning', async () => {
  const { code, fails, warns } = await examine({ certificate: certificate(-80, 10) })
  expect({ code, fails, warns }).toEqual({ code: 0, fails: [], warns: ['tls-certificate', 'as-certificate'] })
})

test('TLS before 1.2 is named', async () => {
  const old = { ...certificate(-1, 90), minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const
  expect((await examine({ certificate: old })).fails).toEqual(['tls-version'])
})

test('plain http beside https is named where it serves, and not where it redirects', async () => {
  const made = certificate(-1, 90)
  await using plain = await elsewhere()
  const served = await examine({ certificate: made, plainHttpPort: plain.port })
  expect(served.fails).toEqual(['plain-http'])
  expect(plain.requests).toEqual(['GET /mcp'])
})

test('nothing answers: that is told once, and at once', async () => {
  await using gone = await elsewhere()
  await gone[Symbol.asyncDispose]()
  const { code, fails, findings } = await examine({ url: () => `http://127.0.0.1:${gone.port}/mcp` })
  expect({ code, fails }).toEqual({ code: 1, fails: ['reachable'] })
  expect(findings.find(({ id }) => id === 'reachable')?.problem).toContain('ECONNREFUSED')
  expect(findings.filter(({ status }) => status === 'skip').length).toBeGreaterThan(45)
})

test('a deployment that never answers takes the time of one request', async () => {
  const started = Date.now()
  const { fails } = await examine({
    breaking: (_, reply) => ({ ...reply, held: true }),
    timing: { timeout: 300 },
  })
  expect(fails).toEqual(['reachable'])
  expect(Date.now() - started).toBeLessThan(5_000)
})

test('a slow deployment ends when the time is up', async () => {
  const started = Date.now()
  const { fails, code } = await examine({
    breaking: async (_, reply) => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      return reply
    },
    timing: { all: 600 },
  })
  expect(code).toBe(1)
  expect(fails.length).toBeGreaterThan(20)
  expect(Date.now() - started).toBeLessThan(5_000)
})

test('an answer without an end is left', async () => {
  const { fails } = await examine({
    breaking: ({ url }, reply) =>
      url.pathname.startsWith('/.well-known/oauth-protected')
        ? { ...reply, body: 'x'.repeat(300_000) }
        : reply,
  })
  expect(fails).toContain('metadata-served')
})

test('redirects are not followed, and endpoints elsewhere are not asked', async () => {
  await using other = await elsewhere()
  const to = { location: `http://localhost:${other.port}/` }
  const redirected = await examine({ breaking: () => ({ status: 307, headers: to }) })
  expect(redirected.fails).toContain('challenge-status')
  const foreign = await examine({
    breaking: ({ url }, reply) =>
      url.pathname.includes('authorization-server')
        ? { ...reply, body: reply.body?.replace(/http:[^"]*\/(reg|auth)"/g, `${to.location}$1"`) ?? '' }
        : reply,
  })
  expect(foreign.fails).toEqual(expect.arrayContaining(['as-endpoints']))
  expect(other.requests).toEqual([])
})

test.for(['http://169.254.169.254', 'http://[fe80::1]', 'http://0.0.0.0:1', 'http://[64:ff9b::a9fe:a9fe]'])(
  'an authorization server at %s is not asked',
  async (server) => {
    const { fails } = await examine({
      breaking: ({ url }, reply) =>
        url.pathname.startsWith('/.well-known/oauth-protected')
          ? json(200, { ...JSON.parse(reply.body ?? ''), authorization_servers: [server] }, reply.headers)
          : reply,
    })
    // A connection to anything but loopback would fail this test.
    expect(fails).toEqual(expect.arrayContaining(['as-metadata']))
  },
)

test('what the deployment says controls no terminal', async () => {
  const { stdout } = await examine({
    json: false,
    breaking: ({ url }, reply) =>
      url.pathname.startsWith('/.well-known/oauth-protected')
        ? json(
            200,
            { ...JSON.parse(reply.body ?? ''), resource: 'https://a\u001b[2J\u202e\nok   all is well' },
            reply.headers,
          )
        : reply,
  })
  expect(stdout).toContain('metadata-resource')
  expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  expect(stdout).not.toMatch(/^ok {3}all is well/m)
})

const strange = [
  null,
  0,
  -1,
  true,
  '',
  'x',
  'javascript:alert(1)',
  [],
  [null],
  [{}],
  {},
  ['data:,x'],
  'http://[',
]

test.for(strange.map((value) => [value]))(
  'documents full of %j are judged, and end nothing',
  async ([value]) => {
    const filled = (reply: Reply): Reply => {
      const members = Object.keys(jsonObject(reply.body ?? '') ?? {}).map((name) => [name, value])
      return { ...reply, body: JSON.stringify(Object.fromEntries(members)) }
    }
    for (const path of ['oauth-protected-resource', 'oauth-authorization-server', '/reg', '/mcp']) {
      const { code, findings } = await examine({
        hosts: ['cursor', 'claude-code'],
        breaking: ({ url }, reply) => (url.pathname.includes(path) && reply.body ? filled(reply) : reply),
      })
      expect(findings.length).toBeGreaterThan(40)
      expect(code).toBe(1)
    }
    const { code } = await examine({
      hosts: ['cursor'],
      breaking: ({ url }, reply) =>
        url.pathname === '/auth' ? { status: 303, headers: { location: String(value) } } : reply,
    })
    expect(code).toBe(1)
  },
)

test('without a token calls are not tried, and say how they would be', async () => {
  const { code, skips, requests } = await examine({ token: null })
  expect(code).toBe(0)
  expect(skips).toEqual(expect.arrayContaining(['token-audience', 'wire-legacy', 'wire-modern', 'stream']))
  expect(requests.some(({ body }) => body.includes('tools/list'))).toBe(false)
})

test('a token for somebody else is named', async () => {
  const { fails, findings } = await examine({
    token: `e30.${Buffer.from('{"aud":"https://other/mcp"}').toString('base64url')}.c2ln`,
  })
  expect(fails).toEqual(['token-audience', 'wire-legacy', 'wire-modern', 'stream'])
  expect(findings.find(({ id }) => id === 'wire-legacy')?.problem).toContain('401')
})

test('only what matters to the hosts that are named, and to all', async () => {
  const { findings, requests } = await examine({ hosts: ['cursor'] })
  const hosts = new Set(findings.map(({ host }) => host))
  expect([...hosts].sort()).toEqual(
    ['challenge', 'cursor', 'metadata', 'network', 'redirects', 'sign-in', 'wire'].sort(),
  )
  expect(requests.filter(({ method, url }) => method === 'POST' && url.pathname === '/reg')).toHaveLength(2)
})

test('on loopback client documents are tried only where that is asked for', async () => {
  const { skips, requests } = await examine({ online: false })
  expect(skips.filter((id) => id.startsWith('document-'))).toHaveLength(5)
  expect(requests.some(({ url }) => url.href.includes('claude.ai%2Foauth'))).toBe(false)
})

test('a line for each check, and below what is wrong and how to mend it', async () => {
  const { stdout, code } = await examine({
    json: false,
    hosts: ['cursor'],
    token: null,
    breaking: (_, { headers: { 'www-authenticate': __, ...headers }, ...reply }) => ({ ...reply, headers }),
  })
  expect(code).toBe(1)
  expect(stdout.split('\n').slice(5, 17).join('\n')).toMatchInlineSnapshot(`
    "ok   network        reachable: it answers
    skip network        plain-http: plain http serves nothing but a redirect to https
         The URL is plain http. Nothing to do on loopback; use https everywhere else.
    ok   network        keep-alive: a connection serves one request after another
    ok   network        idle-connection: an idle connection is kept for some seconds
    ok   challenge      challenge-status: a POST without a token is answered 401
    fail challenge      challenge-header: WWW-Authenticate comes through, well-formed, with resource_metadata and scope and no error
         The header is not there: a proxy in front of the gateway has taken it away, and hosts cannot find where to sign in.
         Let the CDN, WAF or load balancer pass WWW-Authenticate of 401 answers (CloudFront: no custom error page for 401).
    ok   challenge      challenge-not-stored: no cache keeps the 401
    ok   challenge      challenge-get: a GET without a token is answered like the POST
    ok   challenge      challenge-slash: the URL is answered alike with and without a slash at its end"
  `)
  expect(stdout).toMatch(/\n\d+ ok, 0 warn, 1 fail, \d+ skip\n$/)
})
