import { spawn } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type AuditReport, auditKeyId, type ChainReport, verifyAudit } from '@gateway/audit'
import { startCannedAws } from '@gateway/backends'
import type { AuditRecord, SignedCheckpoint } from '@gateway/domain'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { nodeEnvironment } from './support/node-environment.ts'
import { type RecordedAws, recordAws } from './support/recorded-aws.ts'
import { type Service, startService } from './support/service.ts'

// 10,000 calls of two customers over two replicas; then what anybody with access to the files could do to them.

// A busy machine may take its time.
vi.setConfig({ testTimeout: 300_000 })

const calls = 10_000
const stack = new AsyncDisposableStack()
const names = ['first.jsonl', 'second.jsonl'] as const
let folder: string
let service: Service
let aws: RecordedAws
let publicKey: KeyObject
let hmacKey: Buffer
let log: Log
/** Answers by what they were, and the ids of their requests. */
const answers = new Map<string, number>()
const requestIds = new Set<string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-chain-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const hmac = randomBytes(32).toString('base64')
  await mkdir(join(folder, 'keys'))
  await mkdir(join(folder, 'log'))
  publicKey = createPublicKey(pem)
  hmacKey = Buffer.from(hmac, 'base64')
  await writeFile(join(folder, 'keys', 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }))
  await writeFile(join(folder, 'keys', 'hmac'), hmac)
  const canned = stack.use(await startCannedAws({ record: false }))
  aws = stack.use(await recordAws(canned.origin))
  service = stack.use(
    await startService({
      redisUrl: inject('redisUrl'),
      env: { AWS_ENDPOINT_URL: aws.url, AUDIT_SIGNING_KEY: pem, AUDIT_HMAC_KEY: hmac, LOG_LEVEL: 'error' },
      envOf: (replica) => ({
        AUDIT_FILE: join(folder, 'log', names[replica]),
        AUDIT_FILE_MAX_BYTES: '1000000',
      }),
      tenancy({ acme, globex }) {
        const unfelt = { perMinute: 1_000_000, burst: 100_000 }
        for (const tenant of [acme, globex]) {
          tenant.limits = { ...(tenant.limits as object), tenant: unfelt, user: unfelt, aws: { ec2: unfelt } }
          tenant.operations = { maxConcurrency: 200, maxConcurrencyPerUser: 200, timeout: 60_000 }
        }
      },
    }),
  )
  await callAll()
  // They end in order, which ends their chains.
  for (const replica of [0, 1] as const) {
    service.replica(replica).child.kill('SIGTERM')
    await service.replica(replica).ended
  }
  log = await wholeLog()
  // A busy machine may take its time.
}, 600_000)
afterAll(() => stack.disposeAsync())

/** What calls ask for: an eighth of them asks AWS. */
const kinds = [
  { name: 'aws_ec2_describe_instances', args: {}, bearer: 'acme' },
  { name: 'aws_ec2_describe_instances', args: { region: 'ap-south-1' }, bearer: 'acme' },
  { name: 'no_such_tool', args: {}, bearer: 'globex' },
  { name: 'aws_ec2_describe_instances', args: { account: 'of-nobody' }, bearer: 'globex' },
  { name: 'aws_ec2_describe_instances', args: { region: 'us-east-1' }, bearer: 'globex' },
  { name: 'aws_ec2_describe_instances', args: {}, bearer: 'nobody' },
  { name: 'aws_ec2_describe_instances', args: { limit: 'many' }, bearer: 'acme' },
  { name: 'aws_logs_query', args: {}, bearer: 'acme' },
  { name: 'no_such_tool', args: {}, bearer: 'acme' },
  { name: 'aws_ec2_describe_instances', args: { region: 'ap-south-1' }, bearer: 'acme' },
  { name: 'aws_logs_query', args: {}, bearer: 'globex' },
  { name: 'aws_ec2_describe_instances', args: { account: 'of-nobody' }, bearer: 'acme' },
  { name: 'aws_ec2_describe_instances', args: { limit: 'many' }, bearer: 'globex' },
  { name: 'no_such_tool', args: {}, bearer: 'nobody' },
  { name: 'no_such_tool', args: {}, bearer: 'globex' },
  { name: 'aws_ec2_describe_instances', args: { account: 'of-nobody' }, bearer: 'globex' },
] as const

const callAll = async (): Promise<void> => {
  const tokens = { acme: service.acme.token(), globex: service.globex.token(), nobody: 'a.b.c' }
  const agent = new Agent({ keepAlive: true })
  let next = 0
  const call = async (n: number): Promise<void> => {
    const { name, args, bearer } = kinds[n % kinds.length] ?? kinds[0]
    // To each replica in turn, under the name that both have.
    const { hostname, port } = new URL(service.origins[Math.floor(n / kinds.length) % 2] ?? '')
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: n,
      method: 'tools/call',
      params: { name, arguments: args },
    })
    const headers = {
      host: new URL(service.url).host,
      authorization: `Bearer ${tokens[bearer]}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      accept: 'application/json, text/event-stream',
    }
    const request = httpRequest({ hostname, port, path: '/mcp', method: 'POST', headers, agent })
    request.end(body)
    const [answer]: IncomingMessage[] = await once(request, 'response')
    if (!answer) throw new Error('no answer')
    const said = await text(answer)
    requestIds.add(String(answer.headers['x-request-id']))
    const kind = `${answer.statusCode}${/"isError":true|"error"/.test(said) ? ' refused' : ''}`
    answers.set(kind, (answers.get(kind) ?? 0) + 1)
  }
  const work = async (): Promise<void> => {
    for (let n = next++; n < calls; n = next++) await call(n)
  }
  await Promise.all(Array.from({ length: 64 }, work))
  agent.destroy()
}

const cli = join(import.meta.dirname, '..', '..', 'cli', 'src', 'main.ts')

/** `aws-mcp audit` in a process of its own. */
const audit = async (...words: string[]): Promise<{ code: number; out: string; err: string }> => {
  const child = spawn(process.execPath, [cli, 'audit', ...words], { cwd: folder, env: nodeEnvironment() })
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? -1)))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err }
}

/** Verified in this process, as the command does it. */
const verify = async (
  file: string,
  by: 'both' | 'signature' = 'both',
  closed = false,
): Promise<AuditReport> => {
  const hmacKeys = new Map(by === 'both' ? [[auditKeyId(hmacKey), hmacKey]] : [])
  const files = [file, `${file}.checkpoints`]
  return verifyAudit({ files, publicKeys: [publicKey], hmacKeys, closed, partial: false })
}

const badIn = ({ chains }: AuditReport): ChainReport[] => chains.filter(({ faults }) => faults.length > 0)

const byKeys = ['--public-key', 'keys/public.pem', '--hmac-key', 'keys/hmac', '--json', '--closed']

interface Log {
  readonly records: string[]
  readonly checkpoints: string[]
}

const linesOf = async (file: string): Promise<string[]> =>
  (await readFile(file, 'utf8')).split('\n').filter(Boolean)

/** Everything in two files, as an attacker would have it before him. */
const wholeLog = async (): Promise<Log> => {
  const records: string[] = []
  const checkpoints: string[] = []
  for (const file of (await readdir(join(folder, 'log'))).sort(byAge)) {
    const lines = await linesOf(join(folder, 'log', file))
    if (file.endsWith('.checkpoints')) checkpoints.push(...lines)
    else records.push(...lines)
  }
  return { records, checkpoints }
}

/** Files that were put aside have their time in the name, and are older than the one that has none. */
const byAge = (a: string, b: string): number => ageOf(a).localeCompare(ageOf(b))
const ageOf = (file: string): string => file.replace('.checkpoints', '').replace(/\.jsonl$/, '.jsonl.9')

test('what was called: allowed and refused, of two customers and of nobody, on two replicas', () => {
  expect([...answers.values()].reduce((sum, count) => sum + count, 0)).toBe(calls)
  expect([...answers.keys()]).toEqual(expect.arrayContaining(['200', '200 refused', '401 refused']))
  expect(requestIds.size).toBe(calls)
})

test('verify passes: every call has its record, in chains that are whole', async () => {
  const { code, out, err } = await audit('verify', 'log', ...byKeys)
  const report: AuditReport = JSON.parse(out)
  expect(report).toMatchObject({ verdict: 'verified', unproven: 0, foreign: 0, torn: 0 })
  expect([code, err]).toEqual([0, ''])
  expect([report.proven_by_signature, report.proven_by_hash]).toEqual([report.records, report.records])
  const tenants = report.chains.map(({ tenant_id: id }) => id?.split('-')[0] ?? 'nobody')
  expect(tenants.sort()).toEqual(['acme', 'acme', 'globex', 'globex', 'nobody', 'nobody'])
  // Some were put aside.
  expect(report.files.length).toBeGreaterThan(4)
  const audited = new Set(log.records.map((line) => (JSON.parse(line) as AuditRecord).request_id))
  expect([...requestIds].filter((id) => !audited.has(id))).toEqual([])
})

describe('what is done to the log is found', () => {
  const recordIn = (line: string | undefined): AuditRecord => JSON.parse(line ?? '')
  const chainOf = (line: string | undefined): string => {
    const { tenant_id, gateway } = recordIn(line)
    return `${tenant_id} ${gateway.instance}`
  }
  const half = () => Math.floor(log.records.length / 2)
  const nextOfChain = (at: number) =>
    log.records.findIndex((each, i) => i > at && chainOf(each) === chainOf(log.records[at]))
  const changed = (line = '') => line.replace('"outcome":"', '"outcome":"x')

  test.each([
    ['a record changed', (at: number) => log.records.with(at, changed(log.records[at]))],
    ['a record removed', (at: number) => log.records.toSpliced(at, 1)],
    [
      'two swapped',
      (at: number) =>
        log.records.with(at, log.records[nextOfChain(at)] ?? '').with(nextOfChain(at), log.records[at] ?? ''),
    ],
    ['a record twice', (at: number) => log.records.toSpliced(at, 0, log.records[at] ?? '')],
  ])('%s: by the key of the hashes the record, by the public key the range', async (name, attacked) => {
    const { seq, gateway } = recordIn(log.records[half()])
    const file = await written(name, { ...log, records: attacked(half()) })
    expect(badIn(await verify(file))).toMatchObject([{ instance: gateway.instance, first_bad_seq: seq }])
    const [chain, ...others] = badIn(await verify(file, 'signature'))
    expect([chain?.instance, others]).toEqual([gateway.instance, []])
    // A copy beside the record changes nothing of what the checkpoint tells of.
    if (name === 'a record twice') return
    const [from, to] = chain?.first_bad_range ?? [0, 0]
    expect(from <= seq && seq <= to, `${from} <= ${seq} <= ${to}`).toBe(true)
  })

  test('the tail cut, also by the command', async () => {
    const last = log.records.at(-1)
    const { seq, gateway } = recordIn(last)
    const tail = new Set(log.records.filter((line) => chainOf(line) === chainOf(last)).slice(-25))
    const file = await written('cut', { ...log, records: log.records.filter((line) => !tail.has(line)) })
    expect(badIn(await verify(file))).toMatchObject([{ instance: gateway.instance, first_bad_seq: seq - 24 }])
    const { code, out } = await audit('verify', file, '--public-key', 'keys/public.pem')
    expect(code).toBe(1)
    expect(out).toContain(`records ${seq - 24} to ${seq} are not there, though a checkpoint tells of it`)
  })

  test('the tail cut together with its checkpoint: the chain has no end', async () => {
    const last = log.checkpoints
      .map((line): SignedCheckpoint => JSON.parse(line))
      .find(({ checkpoint }) => checkpoint.final && checkpoint.first_seq > 1)
    const { instance, tenant_id, first_seq = 0 } = last?.checkpoint ?? {}
    const isOf = (line: string): boolean => {
      const { gateway, tenant_id: tenant, seq } = recordIn(line)
      return gateway.instance === instance && tenant === tenant_id && seq >= first_seq
    }
    const file = await written('no end', {
      checkpoints: log.checkpoints.filter((line) => !line.includes(last?.signature ?? '')),
      records: log.records.filter((line) => !isOf(line)),
    })
    expect((await verify(file)).chains.filter(({ end }) => end === 'open')).toMatchObject([{ instance }])
    expect(badIn(await verify(file, 'signature', true))).toMatchObject([{ faults: [{ kind: 'not_whole' }] }])
  })

  test('a chain rewritten, and its checkpoints removed: the public key proves nothing of it', async () => {
    const { tenant_id, gateway } = recordIn(log.records[half()])
    const isOf = (line: string): boolean =>
      line.includes(`"instance":"${gateway.instance}"`) && line.includes(`"tenant_id":"${tenant_id}"`)
    const file = await written('stripped', {
      checkpoints: log.checkpoints.filter((line) => !isOf(line)),
      records: log.records.map((line) => (isOf(line) ? changed(line) : line)),
    })
    const { code, out } = await audit('verify', file, '--public-key', 'keys/public.pem', '--json')
    expect(code).toBe(2)
    const report: AuditReport = JSON.parse(out)
    expect(report.chains.filter(({ verdict }) => verdict !== 'verified')).toMatchObject([
      { verdict: 'unproven', tenant_id, instance: gateway.instance },
    ])
  })

  const written = async (name: string, { records, checkpoints }: Log): Promise<string> => {
    const at = join(folder, 'attacked', name.replaceAll(' ', '-'))
    await mkdir(join(at, '..'), { recursive: true })
    await writeFile(at, `${records.join('\n')}\n`)
    await writeFile(`${at}.checkpoints`, `${checkpoints.join('\n')}\n`)
    return at
  }
})

describe('the export of one customer', () => {
  const tenantOf = (name: 'acme' | 'globex'): string => {
    const ids = log.records.map((line) => (JSON.parse(line) as AuditRecord).tenant_id ?? '')
    return ids.find((id) => id.startsWith(name)) ?? ''
  }

  test('has nothing of the other, and is verified by itself', async () => {
    const { code, err } = await audit('export', '--tenant', tenantOf('acme'), 'log', '--out', 'acme.jsonl')
    expect([code, err]).toEqual([0, expect.stringContaining(`of tenant ${tenantOf('acme')} to acme.jsonl`)])
    expect(await readFile(join(folder, 'acme.jsonl'), 'utf8')).not.toContain(tenantOf('globex'))
    const verified = await audit('verify', 'acme.jsonl', ...byKeys)
    expect(verified.code).toBe(0)
    expect(JSON.parse(verified.out).chains).toHaveLength(2)
  })

  test.each([
    ['acme', ['111111111111', '111111111112']],
    ['globex', ['222222222222']],
  ] as const)(
    'of %s is joined with what AWS has recorded: every request, with its session',
    async (name, accounts) => {
      const own = aws.events.filter(({ recipientAccountId: id }) => accounts.some((each) => each === id))
      const asked = own.filter(({ eventName }) => eventName !== 'AssumeRole')
      expect(asked.length).toBeGreaterThanOrEqual(calls / 16)
      const trail = async (events: readonly object[]) => {
        await writeFile(join(folder, 'trail.gz'), gzipSync(JSON.stringify({ Records: events })))
        return audit('export', '--tenant', tenantOf(name), 'log', '--cloudtrail', 'trail.gz', '--json')
      }
      const joined = await trail(own)
      expect(joined.err).toMatch(
        new RegExp(`^${asked.length} matched, 0 differ, 0 only in the log .* 0 only in CloudTrail, `),
      )
      expect(joined.code).toBe(0)
      expect(joined.out.split('\n').filter(Boolean)).toHaveLength(asked.length)
      // What AWS has seen and the log has not is an alarm.
      const forged = { ...asked.at(-1), eventName: 'TerminateInstances', requestID: 'not-in-the-log' }
      const alarmed = await trail([...own, forged])
      expect(alarmed.code).toBe(1)
      expect(alarmed.out).toContain('"request_id":"not-in-the-log"')
    },
  )
})
