import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, test, vi } from 'vitest'
import { holdAws } from './support/held-aws.ts'
import { serveProcess } from './support/serving-process.ts'

const describeInstances = { name: 'aws_ec2_describe_instances', arguments: {} }

/** True once new connections are refused. */
const refuses = async (url: string): Promise<boolean> => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(() => true),
  ]).catch(() => true)
  socket.destroy()
  return outcome
}

const untilRefused = (url: string) =>
  vi.waitFor(async () => expect(await refuses(url)).toBe(true), { timeout: 10_000 })

describe.concurrent('a gateway that is told to stop', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    '%s: finishes what runs, takes nothing new, exits 0',
    async (signal) => {
      await using aws = await holdAws(inject('awsUrl'))
      await using gateway = await serveProcess({ AWS_ENDPOINT_URL: aws.url })
      const { hostname, port } = new URL(gateway.url)
      // Connections that clients keep, one idle and one that never asked.
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const idle = request({ hostname, port, path: '/readyz', agent }).end()
      const [ready] = await once(idle, 'response')
      expect([ready.statusCode, await text(ready)]).toEqual([200, '{"status":"ready"}'])
      const silent = connect(Number(port), hostname)
      silent.on('error', () => undefined)
      await once(silent, 'connect')

      const running = gateway.call('tools/call', describeInstances)
      await aws.asked
      const started = performance.now()
      gateway.child.kill(signal)
      gateway.child.kill(signal)
      await untilRefused(gateway.url)
      expect(gateway.child.exitCode).toBeNull()
      aws.release()

      const { status, headers, body } = await running
      expect([status, headers.connection]).toEqual([200, 'close'])
      expect(JSON.parse(body).result.structuredContent).toMatchObject({
        receipt: { accountId: '111111111111', action: 'ec2:DescribeInstances' },
      })
      expect(await gateway.ended).toBe(0)
      // Nobody waited for the idle connections, nor for the end of the drain.
      expect(performance.now() - started).toBeLessThan(10_000)
      expect(await gateway.audit()).toMatchObject([{ event: 'tool.call', outcome: 'allow' }])
      agent.destroy()
      silent.destroy()
    },
  )

  test('requests that are under way when it stops are answered, and told that their connection ends', async () => {
    await using gateway = await serveProcess({})
    const { hostname, port, host } = new URL(gateway.url)
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}'
    const whole =
      `POST /mcp HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${gateway.acme.token()}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    // One whose body is on its way, and one whose headers are.
    const started = [whole.length - 10, 60].map((cut) => {
      const socket = connect(Number(port), hostname)
      socket.write(whole.slice(0, cut))
      return { socket, rest: whole.slice(cut), received: text(socket) }
    })
    // Its answer says that what was written before has arrived.
    expect((await gateway.call('ping')).status).toBe(200)
    gateway.child.kill('SIGTERM')
    await untilRefused(gateway.url)
    for (const { socket, rest } of started) socket.write(rest)
    expect(await gateway.ended).toBe(0)
    for (const { received } of started) {
      const answer = await received
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
      expect(answer.toLowerCase()).toContain('\r\nconnection: close\r\n')
      expect(answer).toContain('"result":{}')
    }
  })

  test('a delay before the drain takes nothing from calls that run', async () => {
    // Twenty seconds become one.
    const hasty =
      'data:text/javascript,const%20later=setTimeout;' +
      'globalThis.setTimeout=(work,ms,...more)=>later(work,ms>=20000?ms-19000:ms,...more)'
    await using aws = await holdAws(inject('awsUrl'))
    await using gateway = await serveProcess({
      AWS_ENDPOINT_URL: aws.url,
      DRAIN_DELAY_MS: '3000',
      NODE_OPTIONS: `--import=${hasty}`,
    })
    const running = gateway.call('tools/call', describeInstances)
    await aws.asked
    gateway.child.kill('SIGTERM')
    await sleep(2_000)
    aws.release()
    expect((await running).status).toBe(200)
    expect(await gateway.ended).toBe(0)
  })

  test('it ends with its parent', async () => {
    await using gateway = await serveProcess({})
    gateway.child.disconnect()
    expect(await gateway.ended).toBe(0)
  })
})
