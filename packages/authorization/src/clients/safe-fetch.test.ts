import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { startClientHost } from '@gateway/backends'
import { describe, expect, test } from 'vitest'
import { createFetchGate } from './fetch-gate.ts'
import { createSafeFetch, type SafeFetchOptions } from './safe-fetch.ts'

const publicAddress = '93.184.215.14'
const url = 'https://client.example/client.json'

type Host = Awaited<ReturnType<typeof startClientHost>>

const fetchFrom = (host: Host, changes: Partial<SafeFetchOptions> = {}) => {
  const clock = { at: 1_000_000 }
  const now = () => clock.at
  const lookups: string[] = []
  const fetch = createSafeFetch({
    maxBytes: 5_120,
    timeoutMs: 2_500,
    keepMs: 0,
    now,
    gate: createFetchGate(now),
    read: (text) => JSON.stringify(JSON.parse(text)),
    wellKnown: () => false,
    lookup: async (name) => {
      lookups.push(name)
      return [publicAddress]
    },
    proxyUrl: host.proxyUrl,
    ca: host.ca,
    ...changes,
  })
  return { fetch, clock, lookups }
}

test('a document is read from the address that was checked, by its own name', async () => {
  await using host = await startClientHost(['client.example'])
  host.answer(
    'client.example/client.json',
    host.json({ a: 1 }, { 'cache-control': 'max-age=60', 'x-other': 'x' }),
  )
  const { fetch, lookups } = fetchFrom(host)
  const response = await fetch(url)
  expect([response.status, await response.json()]).toEqual([200, { a: 1 }])
  expect(Object.fromEntries(response.headers)).toEqual({
    'content-type': 'application/json',
    'cache-control': 'max-age=60',
  })
  expect([lookups, host.asked]).toEqual([['client.example'], [`${publicAddress}:443`]])
  expect(host.seen).toEqual([
    {
      method: 'GET',
      url: '/client.json',
      servername: 'client.example',
      headers: {
        host: 'client.example',
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'mcp-gateway',
        connection: 'close',
      },
    },
  ])
})

test('an IPv6 address is asked for in brackets, and the proxy gets its credentials', async () => {
  await using host = await startClientHost(['client.example'])
  host.answer('client.example/client.json', host.json({}))
  const proxyUrl = host.proxyUrl.replace('//', '//user:p%40ss@')
  const { fetch } = fetchFrom(host, { lookup: async () => ['2606:4700::1111'], proxyUrl })
  await fetch(url)
  expect(host.asked).toEqual(['[2606:4700::1111]:443'])
  expect(host.credentials).toEqual([`Basic ${Buffer.from('user:p@ss').toString('base64')}`])
})

test('a host that is allowed is read on loopback, with and without TLS', async () => {
  await using host = await startClientHost(['127.0.0.1'])
  host.answer(`127.0.0.1:${host.port}/client.json`, host.json({ a: 1 }))
  const { proxyUrl, ...direct } = { proxyUrl: undefined, allow: (name: string) => name === '127.0.0.1' }
  const { fetch } = fetchFrom(host, { ...direct, proxyUrl, lookup: async (name) => [name] })
  expect(await (await fetch(`https://127.0.0.1:${host.port}/client.json`)).json()).toEqual({ a: 1 })
  await expect(fetch(`https://127.0.0.2:${host.port}/client.json`)).rejects.toThrow('the URL has a port')
  await expect(fetch(`http://127.0.0.1:${host.port}/client.json`)).rejects.toThrow()
  expect(host.counts.connections).toBe(2)
})

describe('C32', () => {
  test.for<[string, string[]]>([
    ['127.0.0.1', ['127.0.0.1']],
    ['127.1', ['127.1']],
    ['0x7f000001', ['0x7f000001']],
    ['2130706433', ['2130706433']],
    ['::1', ['::1']],
    ['::ffff:127.0.0.1', ['::ffff:127.0.0.1']],
    ['64:ff9b::7f00:1', ['64:ff9b::7f00:1']],
    ['169.254.169.254', ['169.254.169.254']],
    ['10/8', ['10.1.2.3']],
    ['100.64/10', ['100.64.0.1']],
    ['172.16/12', ['172.16.0.1']],
    ['192.168/16', ['192.168.1.1']],
    ['fd00::', ['fd00::1']],
    ['fe80::', ['fe80::1']],
    ['0.0.0.0', ['0.0.0.0']],
    ['a good address and a bad one', [publicAddress, '127.0.0.1']],
    ['a bad address and a good one', ['fd00::1', publicAddress]],
    ['no address', []],
    ['another name', ['localhost']],
  ])('a name that leads to %s: nobody is connected to', async ([, addresses]) => {
    await using host = await startClientHost(['client.example'])
    const { fetch } = fetchFrom(host, { lookup: async () => addresses })
    await expect(fetch(url)).rejects.toThrow('the host has')
    expect([host.asked, host.counts.connections]).toEqual([[], 0])
  })

  test.for([
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    'localhost',
    'localhost.',
    'LOCALHOST',
    'a.localhost',
  ])('a listener that is named %s hears of nobody', async (name) => {
    const listener = createServer()
    let connections = 0
    listener.on('connection', () => {
      connections += 1
    })
    listener.listen(0, 'localhost')
    await once(listener, 'listening')
    const { port } = listener.address() as AddressInfo
    await using host = await startClientHost(['client.example'])
    const { fetch, lookups } = fetchFrom(host, { proxyUrl: undefined, lookup: async (each) => [each] })
    for (const address of [`https://${name}:${port}/a`, `http://${name}:${port}/a`, `https://${name}/a`]) {
      await expect(fetch(address)).rejects.toThrow('the URL')
    }
    expect([connections, lookups]).toEqual([0, []])
    await new Promise((resolve) => listener.close(resolve))
  })

  test.for([
    'https://169.254.169.254/latest/meta-data',
    'https://metadata.google.internal/computeMetadata',
    'https://10.0.0.1/a',
    'https://[fd00:ec2::254]/a',
    'https://redis/a',
    'https://client.example:6379/a',
    'https://a@client.example/a',
    'http://client.example/a',
    'file:///etc/passwd',
    'data:application/json,{}',
    'not a url',
    '',
  ])('%s is not even looked up', async (address) => {
    await using host = await startClientHost(['client.example'])
    const { fetch, lookups } = fetchFrom(host)
    await expect(fetch(address)).rejects.toThrow('the URL')
    expect([lookups, host.asked]).toEqual([[], []])
  })

  test('a name that leads elsewhere after the check leads nobody astray', async () => {
    await using host = await startClientHost(['client.example'])
    host.answer('client.example/client.json', host.json({}))
    const addresses = [[publicAddress], ['127.0.0.1']]
    const { fetch } = fetchFrom(host, { lookup: async () => addresses.shift() ?? [] })
    await fetch(url)
    await expect(fetch(url)).rejects.toThrow('not of the internet')
    expect(host.asked).toEqual([`${publicAddress}:443`])
  })
})

const bomb = gzipSync(Buffer.alloc(20_000_000, ' '))

describe('C33', () => {
  test.for<[string, (host: Host) => void]>([
    [
      'a redirect',
      (host) => {
        host.answer('client.example/other', host.json({}))
        host.answer('client.example/client.json', (_, response) =>
          response.writeHead(302, { location: '/other', 'content-type': 'application/json' }).end('{}'),
        )
      },
    ],
    ['10 MB', (host) => host.answer('client.example/client.json', host.json(`"${'x'.repeat(10_000_000)}"`))],
    [
      'one byte too many',
      (host) => host.answer('client.example/client.json', host.json(`"${'x'.repeat(5_119)}"`)),
    ],
    [
      'an end that never comes',
      (host) =>
        host.answer('client.example/client.json', (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          const more = () =>
            !response.destroyed && response.write(' '.repeat(1_000), () => setImmediate(more))
          more()
        }),
    ],
    ['no answer', (host) => host.answer('client.example/client.json', () => undefined)],
    [
      'an answer drop by drop',
      (host) =>
        host.answer('client.example/client.json', (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          const drops = setInterval(() => response.write(' '), 20)
          response.on('close', () => clearInterval(drops))
        }),
    ],
    [
      'HTML',
      (host) => host.answer('client.example/client.json', host.json('<p>', { 'content-type': 'text/html' })),
    ],
    [
      'JSON that says it is HTML',
      (host) => host.answer('client.example/client.json', host.json({}, { 'content-type': 'text/html' })),
    ],
    [
      'a gzip bomb',
      (host) =>
        host.answer('client.example/client.json', (_, response) =>
          response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
            .end(bomb),
        ),
    ],
    [
      'a little packed',
      (host) =>
        host.answer('client.example/client.json', (_, response) =>
          response
            .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'br, gzip' })
            .end(gzipSync('{}')),
        ),
    ],
    [
      '500',
      (host) => host.answer('client.example/client.json', (_, response) => response.writeHead(500).end('{}')),
    ],
    ['404', () => undefined],
    [
      '204',
      (host) => host.answer('client.example/client.json', (_, response) => response.writeHead(204).end()),
    ],
    [
      '206',
      (host) =>
        host.answer('client.example/client.json', (_, response) =>
          response.writeHead(206, { 'content-type': 'application/json' }).end('{}'),
        ),
    ],
    ['a hang-up', (host) => host.answer('client.example/client.json', (request) => request.socket.destroy())],
    [
      'a hang-up in the middle',
      (host) =>
        host.answer('client.example/client.json', (request, response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
          response.write('{}', () => request.socket.destroy())
        }),
    ],
    ['no JSON', (host) => host.answer('client.example/client.json', host.json('{"a":'))],
    [
      'headers without end',
      (host) =>
        host.answer('client.example/client.json', (request) => {
          request.socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n{}`)
        }),
    ],
  ])('%s: is refused in time, and not asked for again within a minute', async ([, arrange]) => {
    await using host = await startClientHost(['client.example'])
    arrange(host)
    const { fetch, clock, lookups } = fetchFrom(host, { timeoutMs: 1_000 })
    const start = performance.now()
    await expect(fetch(url)).rejects.toThrow()
    expect(performance.now() - start).toBeLessThan(3_000)
    expect(host.seen.length).toBe(1)

    clock.at += 59_000
    await expect(fetch(url)).rejects.toThrow('less than a minute ago')
    await expect(fetch('https://client.example/another')).rejects.toThrow('less than a minute ago')
    expect([host.seen.length, host.asked.length, lookups.length]).toEqual([1, 1, 1])

    clock.at += 1_001
    await expect(fetch(url)).rejects.toThrow()
    expect(host.asked.length).toBe(2)
  })

  test.for<[string, Partial<SafeFetchOptions>, string[], number | undefined]>([
    ['a certificate of another name', {}, ['other.example'], undefined],
    ['a certificate that nobody vouches for', { ca: undefined }, ['client.example'], undefined],
    ['a proxy that refuses', {}, ['client.example'], 403],
    [
      'a name that nobody knows',
      { lookup: () => Promise.reject(new Error('ENOTFOUND')) },
      ['client.example'],
      undefined,
    ],
    [
      'a resolver that says nothing',
      { lookup: () => new Promise(() => undefined) },
      ['client.example'],
      undefined,
    ],
  ])(
    '%s: is refused in time, and not asked for again within a minute',
    async ([, changes, names, proxyStatus]) => {
      await using host = await startClientHost(names, proxyStatus === undefined ? {} : { proxyStatus })
      host.answer('client.example/client.json', host.json({}))
      const { fetch } = fetchFrom(host, { timeoutMs: 400, ...changes })
      await expect(fetch(url)).rejects.toThrow()
      const connections = host.asked.length
      await expect(fetch(url)).rejects.toThrow('less than a minute ago')
      expect([host.seen.length, host.asked.length]).toEqual([0, connections])
    },
  )

  test.for<[string, (socket: Duplex) => void]>([
    ['says nothing', () => undefined],
    ['hangs up', (socket) => socket.destroy()],
    [
      'opens and resets',
      (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n', () => (socket as Socket).resetAndDestroy()),
    ],
    ['opens and talks', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\nno TLS at all')],
    ['opens and says nothing', (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n')],
    ['redirects', (socket) => socket.end('HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n')],
    ['talks nonsense', (socket) => socket.end('SSH-2.0-x\r\n')],
  ])('a proxy that %s: refused in time', async ([, proxyDoes]) => {
    await using host = await startClientHost(['client.example'], { proxyDoes })
    const { fetch } = fetchFrom(host, { timeoutMs: 1_000 })
    await expect(fetch(url)).rejects.toThrow()
    await expect(fetch(url)).rejects.toThrow('less than a minute ago')
    expect([host.asked.length, host.counts.connections]).toEqual([1, 0])
  })

  test('many at once cause one failed fetch', async () => {
    await using host = await startClientHost(['client.example'])
    const { fetch } = fetchFrom(host)
    const all = Array.from({ length: 50 }, (_, i) => fetch(`https://client.example/${i}`))
    expect((await Promise.allSettled(all)).every(({ status }) => status === 'rejected')).toBe(true)
    expect(host.asked.length).toBe(1)
  })

  test('many names at once do not take all there is', async () => {
    await using host = await startClientHost(['client.example'])
    host.answer('client.example/client.json', host.json({}))
    const { fetch } = fetchFrom(host, {
      wellKnown: (each) => each === url,
      lookup: (name) =>
        name === 'client.example' ? Promise.resolve([publicAddress]) : new Promise(() => undefined),
      timeoutMs: 500,
    })
    const strangers = Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => fetch(`https://s${i}.example/a`)),
    )
    await expect(fetch(url)).resolves.toBeDefined()
    const reasons = (await strangers).map((each) => String(each.status === 'rejected' && each.reason))
    expect(reasons.filter((reason) => reason.includes('at once')).length).toBe(4)
  })

  test('the caller may end it', async () => {
    await using host = await startClientHost(['client.example'])
    host.answer('client.example/client.json', () => undefined)
    const { fetch } = fetchFrom(host, { timeoutMs: 60_000 })
    await expect(fetch(url, { signal: AbortSignal.timeout(50) })).rejects.toThrow()
  })
})

test('what could be read before, or is well known, is not locked out by what its host does not have', async () => {
  await using host = await startClientHost(['client.example', 'vendor.example'])
  const vendor = 'https://vendor.example/client.json'
  host.answer('client.example/client.json', host.json({}))
  host.answer('vendor.example/client.json', host.json({}))
  const { fetch } = fetchFrom(host, { wellKnown: (each) => each === vendor })
  await fetch(url)
  for (const name of ['client', 'vendor']) {
    await expect(fetch(`https://${name}.example/none`)).rejects.toThrow('status 404')
    await expect(fetch(`https://${name}.example/none2`)).rejects.toThrow('less than a minute ago')
  }
  await expect(fetch(url)).resolves.toBeDefined()
  await expect(fetch(vendor)).resolves.toBeDefined()
  host.answer('vendor.example/client.json', (_, response) => response.writeHead(500).end())
  await expect(fetch(vendor)).rejects.toThrow('status 500')
  await expect(fetch(vendor)).rejects.toThrow('less than a minute ago')
})

test('C36 an answer is kept for a while, for all who ask at once', async () => {
  await using host = await startClientHost(['client.example'])
  host.answer('client.example/client.json', host.json({ a: 1 }))
  const { fetch, clock } = fetchFrom(host, { keepMs: 60_000 })
  const answers = await Promise.all([fetch(url), fetch(url), fetch(url)])
  expect(await Promise.all(answers.map((each) => each.json()))).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }])
  clock.at += 59_999
  await fetch(url)
  expect(host.seen.length).toBe(1)
  clock.at += 2
  await fetch(url)
  expect(host.seen.length).toBe(2)
})
