import { createHash, verify } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { canonicalJson } from '@gateway/audit'
import { gatewayCredentials, openAuditBucket } from '@gateway/aws'
import type { AuditEvent, SignedCheckpoint } from '@gateway/domain'
import { expect, inject, test, vi } from 'vitest'
import { openAudit } from './open-audit.ts'

const region = 'eu-west-1'

const authorization = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=owner/20260101/${region}/${service}/aws4_request`,
})

const kms = async (operation: string, input: object): Promise<{ KeyMetadata: { Arn: string } }> => {
  const answer = await fetch(inject('awsUrl'), {
    method: 'POST',
    headers: {
      ...authorization('kms'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
    },
    body: JSON.stringify(input),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as { KeyMetadata: { Arn: string } }
}

const makeBucket = async (): Promise<string> => {
  const bucket = `audit-open-${Date.now()}`
  const answer = await fetch(`${inject('awsUrl')}/${bucket}`, {
    method: 'PUT',
    headers: { ...authorization('s3'), 'x-amz-bucket-object-lock-enabled': 'true' },
    body: `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`,
  })
  if (!answer.ok) throw new Error(await answer.text())
  return bucket
}

const eventOf = (n: number, tenant_id: string): AuditEvent => ({
  schema_version: 1,
  ts: new Date().toISOString(),
  event: 'tool.call',
  outcome: 'allow',
  request_id: `request-${n}`,
  tenant_id,
})

test('what stands in the file stands in the bucket, and the public key alone proves it', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'gateway')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x')
  const folder = await mkdtemp(join(tmpdir(), 'audit-'))
  try {
    const bucket = await makeBucket()
    const { Arn } = (await kms('CreateKey', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }))
      .KeyMetadata
    const path = join(folder, 'audit.jsonl')
    const said: { fields: Record<string, unknown>; message: string }[] = []
    const say = (fields: object, message: string) => said.push({ fields: { ...fields }, message })
    const audit = await openAudit(
      {
        file: { path, daily: false },
        stdout: false,
        hmacKey: Buffer.alloc(32, 'k'),
        bucket: { bucket, region, prefix: 'logs/gw', retentionDays: 1 },
        kmsKey: { keyId: Arn, region },
      },
      { log: { info: say, warn: say, error: say } as never, now: Date.now, awsEndpoint: inject('awsUrl') },
    )
    for (let n = 0; n < 60; n++) await audit.append(eventOf(n, n % 3 === 0 ? 'globex' : 'acme'))
    expect(audit.health()).toEqual({ status: 'ok', kept: 0 })
    await audit.close()

    expect(said.map(({ message }) => message)).toEqual([
      'checkpoints of the audit log are signed by a key in KMS',
      'objects in the audit bucket are locked',
    ])
    const stored = await openAuditBucket({
      bucket,
      region,
      prefix: 'logs/gw',
      endpoint: inject('awsUrl'),
      gatewayCredentials: gatewayCredentials(),
      now: Date.now,
    })
    const texts = new Map<string, string>()
    for await (const key of stored.list('logs/gw/')) {
      const body = Buffer.from(await stored.get(key))
      texts.set(key, (key.endsWith('.gz') ? gunzipSync(body) : body).toString())
    }
    stored.close()

    const inFile = (await readFile(path, 'utf8')).trimEnd().split('\n')
    const publicKey = String(said[0]?.fields.publicKey)
    for (const tenant of ['acme', 'globex']) {
      const own = [...texts].filter(([key]) => key.startsWith(`logs/gw/${tenant}/`))
      const records = own
        .filter(([key]) => key.endsWith('.jsonl.gz'))
        .map(([, text]) => text)
        .join('')
      const ofTenant = inFile.filter((line) => line.includes(`"tenant_id":"${tenant}"`))
      expect(records.trimEnd().split('\n')).toEqual(ofTenant)
      const checkpoints = own.filter(([key]) => key.includes('/checkpoints/')).map(([, text]) => text)
      expect(checkpoints).toHaveLength(1)
      const { checkpoint, signature = '' } = JSON.parse(checkpoints[0] ?? '') as SignedCheckpoint
      expect(checkpoint).toMatchObject({
        count: ofTenant.length,
        records_sha256: createHash('sha256').update(records).digest('hex'),
        final: true,
      })
      const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
      const bytes = Buffer.from(canonicalJson(checkpoint))
      expect(verify('sha256', bytes, key, Buffer.from(signature, 'base64url'))).toBe(true)
    }
  } finally {
    vi.unstubAllEnvs()
    await rm(folder, { recursive: true })
  }
})
