import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@gateway/backends'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGateway } from './gateway-process.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-'))
})

afterAll(() => rm(folder, { recursive: true }))

const start = async (source: string) => {
  const entry = join(folder, `${Math.random()}.mjs`)
  await writeFile(entry, source)
  const port = await freePort()
  return startGateway({
    entry,
    folder,
    env: { PORT: String(port) },
    logFile: `${entry}.log`,
    baseUrl: `http://127.0.0.1:${port}`,
  })
}

const server = (more: string) => `
import { createServer } from 'node:http'
const listening = createServer((_, answer) => answer.end()).listen(process.env.PORT, '127.0.0.1')
${more}`

test('is ready when /readyz says so, and ends when it is told to', async () => {
  const gateway = await start(server(''))
  await gateway.ready()
  await gateway.stop()
  expect(await gateway.ended).toBe('signal SIGTERM')
})

test('is killed when it does not want to end', async () => {
  const gateway = await start(server("process.on('SIGTERM', () => {})"))
  await gateway.ready()
  await gateway.stop()
  expect(await gateway.ended).toBe('signal SIGKILL')
}, 15_000)

test('one that ends while it starts is told with its last words', async () => {
  const gateway = await start("console.error('TENANTS_FILE: cannot be read'); process.exit(2)")
  await expect(gateway.ready()).rejects.toThrow(/ended \(exit code 2\)[\s\S]*TENANTS_FILE: cannot be read/)
  await gateway.stop()
})

test('one that ends without a word is told as well', async () => {
  const gateway = await start('process.exit(3)')
  await expect(gateway.ready()).rejects.toThrow('ended (exit code 3). It printed nothing.')
})

test('it holds a channel whose end it notices', async () => {
  const gateway = await start(
    "process.once('disconnect', () => {}); console.log(process.connected); process.exit(0)",
  )
  await gateway.ended
  expect(await gateway.tail()).toMatch(/true$/)
})
