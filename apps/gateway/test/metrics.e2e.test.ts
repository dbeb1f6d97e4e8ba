import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@gateway/backends'
import { expect, inject, test, vi } from 'vitest'
import { holdAws } from './support/held-aws.ts'
import { serveProcess } from './support/serving-process.ts'
import { send } from './support/wire.ts'

const describeInstances = { name: 'aws_ec2_describe_instances', arguments: {} }

const serve = async (env: Record<string, string> = {}) => {
  const port = await freePort()
  const internal = `http://127.0.0.1:${port}`
  const gateway = await serveProcess({
    METRICS_PORT: String(port),
    AWS_ENDPOINT_URL: inject('awsUrl'),
    ...env,
  })
  return { gateway, internal, metrics: async () => (await send(internal, { path: '/metrics' })).body }
}

const reading = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

test('what a gateway does is in its metrics, on a port of its own and on no other', async () => {
  const { gateway, internal, metrics } = await serve()
  await using _ = gateway
  expect((await gateway.call('tools/call', describeInstances)).status).toBe(200)
  expect((await gateway.call('tools/call', describeInstances)).status).toBe(200)
  await gateway.call('tools/call', { name: 'no_such_tool_of_a_stranger', arguments: {} })
  await gateway.call('tools/list')
  for (const path of ['/metrics', '/strangers/path'])
    expect([path, (await send(gateway.url, { path })).status]).toEqual([path, 404])

  // Requests are counted once their answers have left.
  await vi.waitFor(async () => {
    const text = await metrics()
    const is = (series: string, value: number) =>
      expect([series, reading(text, `mcp_gateway_${series}`)]).toEqual([series, value])
    const tool = 'kind="tool",name="aws_ec2_describe_instances"'
    is(`calls_total{${tool},class="read",outcome="allow"}`, 2)
    is(`call_duration_seconds_count{${tool}}`, 2)
    is('calls_total{kind="tool",name="none",class="none",outcome="deny"}', 1)
    is('call_refusals_total{kind="tool",code="unknown_tool"}', 1)
    is('aws_requests_total{service="ec2",outcome="ok"}', 2)
    is('assume_role_total{outcome="ok"}', 1)
    is('cache_requests_total{cache="sessions",result="hit"}', 1)
    is('http_requests_total{method="POST",route="/mcp",status="2xx"}', 4)
    is('http_requests_total{method="GET",route="(none)",status="4xx"}', 2)
    is('ready', 1)
  })
  const text = await metrics()
  expect(reading(text, 'mcp_gateway_audit_records_total{sink="file",outcome="written"}')).toBeGreaterThan(3)
  expect(text).not.toMatch(/acme|globex|ann|stranger|111111111111/)
  expect((await send(internal, { path: '/mcp', method: 'POST' })).status).toBe(404)
})

test('the internal port tells that the process drains, and is the last to go', async () => {
  await using aws = await holdAws(inject('awsUrl'))
  const { gateway, internal, metrics } = await serve({ AWS_ENDPOINT_URL: aws.url })
  await using _ = gateway
  const state = async (path: string) => (await send(internal, { path })).body
  expect(await state('/readyz')).toBe('{"status":"ready"}')
  const running = gateway.call('tools/call', describeInstances)
  await aws.asked
  expect(reading(await metrics(), 'mcp_gateway_calls_running')).toBe(1)
  gateway.child.kill('SIGTERM')
  await vi.waitFor(async () => expect(await state('/readyz')).toBe('{"status":"draining"}'))
  // It no longer listens in public, and is still there for those who watch it.
  await vi.waitFor(() => expect(send(gateway.url, { path: '/healthz' })).rejects.toThrow())
  await sleep(100)
  expect(await state('/livez')).toBe('{"status":"ok"}')
  expect(reading(await metrics(), 'mcp_gateway_calls_running')).toBe(1)
  aws.release()
  expect((await running).status).toBe(200)
  expect(await gateway.ended).toBe(0)
})

test('a process without METRICS_PORT listens nowhere else, and a port that is taken is told at the start', async () => {
  const { gateway, internal } = await serve()
  await using _ = gateway
  const taken = await serveProcess({ METRICS_PORT: new URL(internal).port }).catch((error: Error) => error)
  expect(String(taken)).toContain('EADDRINUSE')
})
