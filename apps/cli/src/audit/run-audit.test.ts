import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { appendFile, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { auditKeyOf, createAuditLog, localSigner, openFileSink } from '@gateway/audit'
import type { AuditEvent } from '@gateway/domain'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { readAuditWords } from './audit-arguments.ts'
import { runAudit } from './run-audit.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const hmac = Buffer.alloc(32, 3)

let folder: string
let file: string
const start = Date.parse('2026-11-27T08:00:00.000Z')

const eventOf = (n: number, tenant: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  schema_version: 1,
  ts: new Date(start + n * 60_000).toISOString(),
  event: 'tool.call',
  outcome: 'allow',
  request_id: `request-${n}`,
  call_id: `call-${n}`,
  tenant_id: tenant,
  user: { id: `id-${n % 2}`, issuer: 'https://idp.example', subject: n % 2 ? 'ann' : 'bob' },
  mcp: {
    era: 'modern',
    method: 'tools/call',
    tool: n % 2 ? 'aws_ec2_list_instances' : 'aws_s3_list_buckets',
  },
  aws: {
    account_id: '111111111111',
    region: 'eu-west-1,us-east-1',
    session_name: `session-of-${tenant}`,
    source_identity: `${tenant}.id-${n % 2}`,
    actions: ['ec2:DescribeInstances'],
    request_ids: [`aws-${tenant}-${n}`],
    attempts: 1,
  },
  ...more,
})

/** Writes what a gateway does, ending in order; gives nothing until all of it is there. */
const writeLog = async (
  path: string,
  events: readonly AuditEvent[],
  { key = hmac }: { readonly key?: Uint8Array } = {},
): Promise<void> => {
  const sink = await openFileSink({ path, now: Date.now, onFault: () => undefined })
  const log = createAuditLog({
    key,
    gateway: { instance: `of-${path.length}`, version: '1.2.3' },
    sinks: [sink],
    signer: localSigner(pem),
    scrub: (line) => line,
    now: Date.now,
    onFault: () => undefined,
    checkpoints: { everyRecords: 4 },
  })
  for (const event of events) {
    await log.append(event)
    // So that checkpoints are made where they are due.
    await new Promise((resolve) => setImmediate(resolve))
  }
  await log.close()
}

const events = [
  ...Array.from({ length: 20 }, (_, n) => eventOf(n, n % 4 === 3 ? 'globex' : 'acme')),
  eventOf(20, 'acme', {
    outcome: 'deny',
    reason_code: 'rate_limited',
    detail: 'bell\u0007\r\n\u001b[31mred',
  }),
  eventOf(21, 'acme', { user: { id: 'x', issuer: 'i', subject: '=HYPERLINK("http://x")' } }),
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-cli-'))
  file = join(folder, 'audit.jsonl')
  await writeLog(file, events)
  await writeFile(join(folder, 'hmac'), `${hmac.toString('base64')}\n`)
  const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })
  await writeFile(join(folder, 'public.pem'), publicPem)
})
afterAll(() => rm(folder, { recursive: true }))

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

const begun = (
  words: readonly string[],
  env: Record<string, string> = {},
  stop = new AbortController(),
  sandboxFolder?: string,
) => {
  const read = readAuditWords(words, start + 3_600_000)
  if (!('asked' in read)) throw new Error(read.command === 'fault' ? read.fault : 'help')
  const output = new PassThrough({ highWaterMark: 100_000_000 })
  let err = ''
  const ended = runAudit({
    asked: read.asked,
    folder,
    env,
    sandboxFolder,
    output,
    stop: () => stop.signal,
    stderr: (text) => {
      err += text
    },
  })
  let out = ''
  output.on('data', (chunk: Buffer) => {
    out += chunk
  })
  return { out: () => out, err: () => err, ended, stop }
}

const run = async (...words: string[]): Promise<Ran> => runWith({}, ...words)

const runWith = async (env: Record<string, string>, ...words: string[]): Promise<Ran> => {
  const running = begun(words, env)
  const code = await running.ended
  await new Promise((resolve) => setImmediate(resolve))
  return { code, out: running.out(), err: running.err() }
}

const jsonLines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))

describe('verify', () => {
  test('by both keys, by one of them, and by none', async () => {
    const both = await run(
      'verify',
      'audit.jsonl',
      '--public-key',
      'public.pem',
      '--hmac-key',
      'hmac',
      '--closed',
    )
    const named = both.out.replaceAll(folder, '').replace(localSigner(pem).keyId, 'THUMBPRINT')
    expect(named).toMatchInlineSnapshot(`
      "OK: what is proven below is as the gateway wrote it.
        public key /public.pem, thumbprint THUMBPRINT
        key of the hashes /hmac, called 00a7230e0a8dbdce
      22 records and 7 checkpoints of 2 chains in 2 files
        22 proven by signatures, 22 by hashes computed again, 0 by neither
      "
    `)
    expect(both.code).toBe(0)
    expect((await run('verify', 'audit.jsonl', '--public-key', 'public.pem')).code).toBe(0)
    expect((await runWith({ AUDIT_HMAC_KEY: hmac.toString('base64') }, 'verify', 'audit.jsonl')).code).toBe(0)
    const none = await runWith({ AUDIT_FILE: file }, 'verify')
    expect(none.out).toContain('NOT PROVEN: nothing is seen to be wrong, and that proves nothing.')
    expect(none.code).toBe(2)
  })

  test('the key that follows from STATE_KEY, also from one before, verifies a gateway that had no other', async () => {
    const stateKeys = [Buffer.alloc(32, 4), Buffer.alloc(32, 5)] as const
    await writeLog(join(folder, 'derived.jsonl'), events, { key: auditKeyOf(stateKeys[1]) })
    const STATE_KEY = stateKeys.map((key) => key.toString('base64')).join(',')
    expect((await runWith({ STATE_KEY }, 'verify', 'derived.jsonl')).code).toBe(0)
  })

  test('a public key beside the log is not taken, but for the log of the sandbox', async () => {
    const sandbox = await mkdtemp(join(folder, 'sandbox-'))
    const log = join(sandbox, 'audit.jsonl')
    await writeLog(log, events)
    await writeFile(`${log}.pub.pem`, await readFile(join(folder, 'public.pem')))
    const elsewhere = await run('verify', log)
    expect(elsewhere.out).toContain('no public key, so no signature was verified: give one with --public-key')
    expect(elsewhere.code).toBe(2)
    const running = begun(['verify', log], {}, new AbortController(), sandbox)
    expect(await running.ended).toBe(0)
    expect(running.out()).toContain(`public key ${log}.pub.pem, thumbprint ${localSigner(pem).keyId}\n`)
  })

  test('a chain that nothing proves is told of first, and is what the command ends with', async () => {
    const log = join(folder, 'stripped.jsonl')
    await writeLog(log, events)
    const checkpoints = (await readFile(`${log}.checkpoints`, 'utf8')).split('\n')
    const others = checkpoints.filter((line) => !line.includes('"tenant_id":"globex"'))
    await writeFile(`${log}.checkpoints`, others.join('\n'))
    const { code, out } = await run('verify', 'stripped.jsonl', '--public-key', 'public.pem')
    expect(code).toBe(2)
    expect(out).toContain('  not proven: 1 of 2 chains; what they say may be forged\n')
    expect(out).toContain('\n\nChain of tenant globex, instance of-')
    expect(out).toContain('  not proven: no good signature covers anything of it\n')
    const json = await run('verify', 'stripped.jsonl', '--public-key', 'public.pem', '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      verdict: 'unproven',
      public_keys: [{ file: join(folder, 'public.pem'), thumbprint: localSigner(pem).keyId }],
      chains: [{ verdict: 'verified' }, { verdict: 'unproven' }],
    })
  })

  test('a changed record is named, for people and for programs', async () => {
    const other = join(folder, 'changed.jsonl')
    await writeLog(other, events)
    await writeFile(other, (await readFile(other, 'utf8')).replace('"subject":"bob"', '"subject":"eve"'))
    const { code, out } = await run(
      'verify',
      'changed.jsonl',
      '--public-key',
      'public.pem',
      '--hmac-key',
      'hmac',
    )
    expect(code).toBe(1)
    expect(out).toContain('TAMPERED')
    expect(out).toContain('Chain of tenant acme')
    expect(out).toContain('first bad seq: 1\n')
    expect(out).toContain('record 1 is not what its hash tells of')
    const json = JSON.parse(
      (await run('verify', 'changed.jsonl', '--public-key', 'public.pem', '--json')).out,
    )
    expect(json).toMatchObject({
      verdict: 'tampered',
      chains: [{ first_bad_range: [1, expect.any(Number)] }, {}],
    })
  })

  test.each([
    [['verify', 'nowhere.jsonl'], 'nowhere.jsonl cannot be read (ENOENT).'],
    [
      ['verify', 'audit.jsonl', '--public-key', 'hmac'],
      'hmac must be a public key of curve P-256, as PEM or JWK.',
    ],
    [['verify', 'audit.jsonl', '--public-key', 'gone'], 'gone cannot be read (ENOENT).'],
    [
      ['verify', 'audit.jsonl', '--hmac-key', 'public.pem'],
      'public.pem must be base64 of at least 32 bytes.',
    ],
    [['verify'], 'Which file? Name it, or set AUDIT_FILE.'],
  ])('%j ends with 2', async (words, message) => {
    const { code, err } = await run(...words)
    expect(err).toContain(message)
    expect(code).toBe(2)
  })
})

describe('export', () => {
  test('has all of one tenant, nothing of another, and can be verified by itself', async () => {
    const { code, out, err } = await run('export', '--tenant', 'acme', 'audit.jsonl')
    expect(code).toBe(0)
    expect(err).toMatch(/^17 records and \d checkpoints of tenant acme$/m)
    expect(out).not.toContain('globex')
    await writeFile(join(folder, 'acme.jsonl'), out)
    const verified = await run(
      'verify',
      'acme.jsonl',
      '--public-key',
      'public.pem',
      '--hmac-key',
      'hmac',
      '--closed',
    )
    expect(verified.out).toContain('17 proven by signatures, 17 by hashes')
    expect(verified.code).toBe(0)
  })

  test('of a range of time is widened to whole checkpoints, and can be verified too', async () => {
    const words = ['--tenant', 'acme', '--from', '2026-11-27T08:09Z', '--to', '2026-11-27T08:10Z']
    expect((await run('export', ...words, 'audit.jsonl', '--out', 'part.jsonl')).err).toContain(
      'to part.jsonl',
    )
    const text = await readFile(join(folder, 'part.jsonl'), 'utf8')
    const records = jsonLines(text).filter((line) => line.seq)
    expect(records.map(({ request_id }) => request_id)).toEqual(
      expect.arrayContaining(['request-9', 'request-10']),
    )
    expect(records.length).toBeLessThan(17)
    const verified = await run('verify', 'part.jsonl', '--public-key', 'public.pem', '--hmac-key', 'hmac')
    expect(verified.out).toContain('0 by neither')
    expect(verified.code).toBe(0)
    expect((await readdir(folder)).filter((name) => name.includes('partial'))).toEqual([])
  })

  test('as CSV: a formula is none', async () => {
    const { out } = await run('export', '--tenant', 'acme', '--format', 'csv', 'audit.jsonl')
    const lines = out.split('\r\n')
    expect(lines[0]).toMatch(/^ts,event,outcome,/)
    // One of them has a line break in a cell.
    expect(lines).toHaveLength(20)
    expect(out).toContain(`"'=HYPERLINK(""http://x"")"`)
  })

  test('of a tenant that is not there ends with 1', async () => {
    expect((await run('export', '--tenant', 'initech', 'audit.jsonl')).code).toBe(1)
  })

  test.each(['audit.jsonl', 'audit.jsonl.checkpoints', '/dev/null'])(
    'over %s, which is there, is refused',
    async (out) => {
      const whole = await readFile(file, 'utf8')
      const { code, err } = await run('export', '--tenant', 'acme', 'audit.jsonl', '--out', out)
      expect([code, err]).toEqual([
        2,
        `aws-mcp: ${out} is there already, and nothing is written over it: name another file, or move it away.\n`,
      ])
      expect(await readFile(file, 'utf8')).toBe(whole)
    },
  )

  test('that fails leaves nothing', async () => {
    await writeFile(join(folder, 'broken.jsonl.gz'), gzipSync(await readFile(file)).subarray(0, 500))
    const failed = await run('export', '--tenant', 'acme', 'broken.jsonl.gz', '--out', 'failed.jsonl')
    expect(failed.code).toBeGreaterThan(0)
    const nowhere = await run('export', '--tenant', 'acme', 'audit.jsonl', '--out', 'nowhere/acme.jsonl')
    expect([nowhere.code, nowhere.err]).toEqual([
      1,
      'aws-mcp: nowhere/acme.jsonl cannot be written (ENOENT).\n',
    ])
    expect((await readdir(folder)).filter((name) => /failed|partial/.test(name))).toEqual([])
  })
})

describe('export --cloudtrail', () => {
  const trailEvent = (requestID: string, more: object = {}) => ({
    eventTime: '2026-11-27T08:00:00Z',
    eventSource: 'ec2.amazonaws.com',
    eventName: 'DescribeInstances',
    requestID,
    userAgent: 'aws-sdk-js/3 mcp-gw/1.2.3',
    userIdentity: {
      arn: 'arn:aws:sts::111111111111:assumed-role/mcp-gateway-read/session-of-acme',
      sessionContext: { sourceIdentity: 'acme.id-0' },
    },
    ...more,
  })
  const compare = async (records: readonly object[], ...words: string[]) => {
    await writeFile(join(folder, 'trail.json.gz'), gzipSync(JSON.stringify({ Records: records })))
    return run(
      'export',
      '--tenant',
      'acme',
      'audit.jsonl',
      '--cloudtrail',
      'trail.json.gz',
      '--json',
      ...words,
    )
  }
  const statusOf = ({ out }: Ran, id: string) => jsonLines(out).find((line) => line.request_id === id)

  test('what both have matches, what only the log has is no fault', async () => {
    const opened = {
      ...trailEvent('sts-1'),
      eventSource: 'sts.amazonaws.com',
      eventName: 'AssumeRole',
      requestParameters: { roleSessionName: 'session-of-acme', sourceIdentity: 'acme.id-0' },
    }
    const ran = await compare([trailEvent('aws-acme-0'), trailEvent('foreign', foreign), opened])
    expect(statusOf(ran, 'aws-acme-0')).toMatchObject({ status: 'matched', session_name: 'session-of-acme' })
    expect(statusOf(ran, 'aws-acme-1')).toMatchObject({ status: 'only_ours' })
    expect(ran.err).toContain('1 matched, 0 differ, 16 only in the log')
    expect(ran.err).toContain('0 only in CloudTrail, 2 events of others')
    expect(ran.code).toBe(0)
  })

  const foreign = { userAgent: 'console', userIdentity: { arn: 'arn:aws:iam::111111111111:user/admin' } }

  test.each([
    ['the user agent', {}],
    ['the session', { userAgent: 'something else' }],
  ])('a call that has %s of the gateway and is not in the log is an alarm', async (_, more) => {
    const ran = await compare([trailEvent('unknown-1', more)])
    expect(statusOf(ran, 'unknown-1')).toMatchObject({
      status: 'only_cloudtrail',
      what: 'ec2:DescribeInstances',
    })
    expect(ran.code).toBe(1)
  })

  test.each([
    [
      'another session',
      { userIdentity: { arn: 'arn:aws:sts::1:assumed-role/r/another' } },
      'the session another',
    ],
    [
      'another source identity',
      {
        userIdentity: {
          arn: 'arn:aws:sts::1:assumed-role/r/session-of-acme',
          sessionContext: { sourceIdentity: 'eve' },
        },
      },
      'the source identity eve',
    ],
  ])('%s differs', async (_, more, difference) => {
    const ran = await compare([trailEvent('aws-acme-0', more)])
    expect(statusOf(ran, 'aws-acme-0')).toMatchObject({
      status: 'differs',
      difference: `CloudTrail names ${difference}`,
    })
    expect(ran.code).toBe(1)
  })

  test('what is no file of CloudTrail is refused', async () => {
    const { code, err } = await run('export', '--tenant', 'acme', 'audit.jsonl', '--cloudtrail', 'hmac')
    expect([code, err]).toEqual([2, expect.stringContaining('is no file of CloudTrail')])
  })
})

describe('query', () => {
  test.each([
    [['--tenant', 'globex'], 5],
    [['--user', 'ann'], 10],
    [['--user', 'id-1'], 10],
    [['--tool', 'aws_s3_list_buckets'], 11],
    [['--outcome', 'deny'], 1],
    [['--reason', 'rate_limited'], 1],
    [['--account', '111111111111', '--limit', '3'], 3],
    [['--region', 'us-east-1'], 22],
    [['--region', 'us-east'], 0],
    [['--request-id', 'aws-acme-4'], 1],
    [['--request-id', 'request-4'], 1],
    [['--call-id', 'call-4'], 1],
    [['--event', 'auth.deny'], 0],
    [['--from', '2026-11-27T08:10', '--to', '2026-11-27T08:12:00Z'], 3],
    [['--from', '50m'], 12],
    [['--limit', '0'], 0],
  ])('%j finds %i', async (words, count) => {
    const { code, out } = await run('query', 'audit.jsonl', '--json', ...words)
    expect(jsonLines(out)).toHaveLength(count)
    expect(code).toBe(0)
  })

  test('one line for each record, which nothing in it can leave', async () => {
    const { out } = await run('query', 'audit.jsonl', '--outcome', 'deny')
    expect(out).toBe(
      '2026-11-27T08:20:00.000Z  deny       tool.call  acme  bob  aws_s3_list_buckets  111111111111/eu-west-1,us-east-1  ec2:DescribeInstances  (rate_limited)  [bell red]  request request-20\n',
    )
  })
})

test('tail shows the last ones, then those that come, also in the file that takes the place of this one', async () => {
  const tailed = join(folder, 'tailed.jsonl')
  await writeLog(tailed, events.slice(0, 5))
  const running = begun(['tail', 'tailed.jsonl', '--follow', '--lines', '2', '--tenant', 'acme', '--json'])
  const seen = () => jsonLines(running.out()).map(({ request_id }) => request_id)
  await vi.waitFor(() => expect(seen()).toEqual(['request-2', 'request-4']), 5_000)
  await writeLog(join(folder, 'more.jsonl'), events.slice(5, 8))
  const more = await readFile(join(folder, 'more.jsonl'), 'utf8')
  await appendFile(tailed, more.slice(0, 40))
  await appendFile(tailed, more.slice(40))
  await vi.waitFor(() => expect(seen()).toEqual(['request-2', 'request-4', 'request-5', 'request-6']), 5_000)
  await rename(tailed, `${tailed}.20261127T090000000Z`)
  await writeLog(tailed, events.slice(20))
  await vi.waitFor(() => expect(seen().slice(4)).toEqual(['request-20', 'request-21']), 5_000)
  running.stop.abort()
  expect(await running.ended).toBe(0)
})

test.each([
  [[], 'audit needs a command'],
  [['burn'], 'unknown command audit burn'],
  [['export'], 'export needs --tenant, the id of a tenant'],
  [['export', '--tenant', 'a', '--format', 'xml'], '--format must be jsonl or csv'],
  [['export', '--tenant', 'a', '--json'], '--json is only used with --cloudtrail: an export is JSON already'],
  [['query', '--outcome', 'fine'], '--outcome must be one of allow, deny, error, cancelled'],
  [['query', '--from', 'yesterday'], '--from must be a time such as 2026-11-27T08:00Z or 1h'],
  [['query', '--from', '1h', '--to', '2h'], '--from is later than --to'],
  [['query', '--limit', '-1'], "Option '--limit' argument is ambiguous"],
  [['tail', '--lines', 'x'], '--lines must be a number from 0 to 1000000'],
])('%j is refused', (words, fault) => {
  expect(readAuditWords(words, start)).toMatchObject({ command: 'fault', fault })
})
