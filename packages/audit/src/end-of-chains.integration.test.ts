import type { AuditEvent } from '@gateway/domain'
import { expect, test } from 'vitest'
import { createAuditLog } from './audit-log.ts'

/** A log of `tenants` chains of a record each, whose signer takes `signMs`. */
const openLog = async (tenants: number, signMs: number) => {
  const faults: { fields: object; message: string }[] = []
  const finals = new Set<string | undefined>()
  let late = 0
  let closed = false
  const log = createAuditLog({
    key: Buffer.alloc(32, 1),
    gateway: { instance: 'i', version: '1' },
    scrub: (line) => line,
    now: Date.now,
    onFault: (fields, message) => faults.push({ fields, message }),
    signer: {
      keyId: 'k',
      async sign() {
        await new Promise((resolve) => setTimeout(resolve, signMs))
        return Buffer.alloc(64)
      },
    },
    sinks: [
      {
        name: 'file',
        awaited: true,
        async write(lines) {
          if (closed) late += lines.length
          for (const { checkpoint, tenantId } of lines) if (checkpoint?.checkpoint.final) finals.add(tenantId)
        },
        close: async () => undefined,
      },
    ],
  })
  const event = (tenant_id: string): AuditEvent => ({
    schema_version: 1,
    ts: '2026-01-02T03:04:05.678Z',
    event: 'tool.call',
    outcome: 'allow',
    request_id: 'r',
    tenant_id,
  })
  await Promise.all(Array.from({ length: tenants }, (_, n) => log.append(event(`t${n}`))))
  const close = async () => {
    await log.close()
    closed = true
  }
  return { close, faults, finals, late: () => late }
}

test('every chain of many tenants gets its end, with a signer as slow as a service is', async () => {
  const { close, faults, finals } = await openLog(500, 50)
  await close()
  expect([finals.size, faults]).toEqual([500, []])
})

test('what cannot be signed in time is counted, and nothing comes once the log is closed', async () => {
  const { close, faults, finals, late } = await openLog(200, 1_000)
  await close()
  expect(finals.size).toBeGreaterThan(30)
  expect(faults).toEqual([
    {
      fields: { count: 200 - finals.size },
      message: 'the last checkpoints of chains of the audit log are missing',
    },
  ])
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(late()).toBe(0)
})
