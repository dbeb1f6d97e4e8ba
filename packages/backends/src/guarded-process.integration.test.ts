import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { localOnly, processesOf } from './testing/test-environment.ts'

const slow = { timeout: 300_000 }

/** Another Node process that starts both backends, prints their addresses and does `then`. */
const startParent = async (then: string): Promise<{ parent: ChildProcess; urls: string[] }> => {
  const { cacheDir } = localOnly
  const script = `
    import { startAwsStandIn, startRedis } from ${JSON.stringify(import.meta.resolve('./index.ts'))}
    const options = { cacheDir: ${JSON.stringify(cacheDir)}, mayInstall: true, env: process.env }
    const started = await Promise.all([startRedis(options), startAwsStandIn(options)])
    process.stdout.write(started.map((backend) => backend.url).join(' '))
    ${then}`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env: localOnly.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  return { parent, urls: String(line).split(' ') }
}

test('the backends end with a parent that is killed outright', slow, async () => {
  const { parent, urls } = await startParent('setInterval(() => {}, 1000)')
  for (const url of urls) expect(processesOf(url)).not.toEqual([])
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  await vi.waitFor(() => expect(urls.flatMap(processesOf)).toEqual([]), { timeout: 2000 })
})

test('a parent that forgets to stop them ends all the same, and they with it', slow, async () => {
  const { parent, urls } = await startParent('')
  await once(parent, 'exit')
  await vi.waitFor(() => expect(urls.flatMap(processesOf)).toEqual([]), { timeout: 2000 })
})
