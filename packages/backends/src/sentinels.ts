import { writeFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { Backend, BackendKind, BackendOptions, Setup } from './backend-kind.ts'
import { startLocally } from './local-process.ts'
import { waitUntilReady } from './readiness.ts'
import { redis } from './redis.ts'

/** A Redis that fails over: a master, a replica of it, and three sentinels that watch both; all processes of this machine. */
export interface SentinelGroup extends AsyncDisposable {
  /** What the sentinels call it. */
  readonly name: string
  /** Host and port of each sentinel, with commas between them. */
  readonly sentinels: string
  /** Of the Redis that was the master at first. */
  readonly url: string
  /** Of the one that is the master now, as a sentinel says. */
  masterUrl(): Promise<string>
  /** Sends a signal to the process of the master: `SIGKILL` and `SIGSTOP` make the sentinels choose the other. */
  signalMaster(signal: NodeJS.Signals): Promise<void>
}

const name = 'main'

/** Milliseconds without an answer after which a sentinel holds a server for gone. */
const downAfterMs = 1000

/** Starts it, and waits until every sentinel knows of all the others; never in containers, whose processes nobody here can stop. */
export const startSentinels = async (options: BackendOptions): Promise<SentinelGroup> => {
  const setup: Setup = { say: () => {}, mayInstall: false, ...options }
  await using stack = new AsyncDisposableStack()
  await mkdir(setup.cacheDir, { recursive: true })
  const folder = await mkdtemp(join(setup.cacheDir, 'sentinels-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const start = async (kind: BackendKind): Promise<Backend> => stack.use(await startLocally(kind, setup))

  const master = await start(redis)
  const { port } = new URL(master.url)
  const replica = await start(replicaOf(port))
  const watchers: Backend[] = []
  for (let n = 0; n < 3; n++) watchers.push(await start(sentinelOf(port, join(folder, `sentinel-${n}.conf`))))
  await waitUntilReady(
    async () => {
      const known = await Promise.all(watchers.map(({ url }) => ask(url, `SENTINEL MASTER ${name}`)))
      if (!known.every((each) => fieldOf(each, 'num-other-sentinels') === '2'))
        throw new Error('a sentinel does not know the others')
      if (!known.every((each) => fieldOf(each, 'num-slaves') === '1'))
        throw new Error('a sentinel does not know the replica')
      const replication = await ask(replica.url, 'INFO replication')
      if (!replication.includes('master_link_status:up')) throw new Error('the replica has not caught up')
    },
    () => false,
  )

  const [watcher] = watchers
  const masterUrl = async (): Promise<string> => {
    const answer = await ask(watcher?.url ?? '', `SENTINEL GET-MASTER-ADDR-BY-NAME ${name}`)
    const found = /^\*2\r\n\$\d+\r\n[^\r]+\r\n\$\d+\r\n(\d+)\r\n/.exec(answer)?.[1]
    if (!found) throw new Error('a sentinel knows no master')
    return redis.url('127.0.0.1', Number(found))
  }
  const held = stack.move()
  return {
    name,
    sentinels: watchers.map(({ url }) => new URL(url).host).join(','),
    url: master.url,
    masterUrl,
    async signalMaster(signal) {
      const server = await ask(await masterUrl(), 'INFO server')
      const id = Number(/process_id:(\d+)/.exec(server)?.[1])
      if (!(id > 1)) throw new Error('the master does not say what process it is')
      process.kill(id, signal)
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

const replicaOf = (port: string): BackendKind => ({
  ...redis,
  async findProgram(setup) {
    const program = await redis.findProgram(setup)
    const more = [
      '--replicaof',
      '127.0.0.1',
      port,
      '--repl-diskless-sync-delay',
      '0',
      '--repl-diskless-load',
      'swapdb',
    ]
    return { ...program, how: 'local replica of Redis', args: (own) => [...program.args(own), ...more] }
  },
})

const sentinelOf = (port: string, configFile: string): BackendKind => ({
  ...redis,
  async findProgram(setup) {
    const { command } = await redis.findProgram(setup)
    return {
      how: 'local sentinel of Redis',
      command,
      args(own) {
        // A sentinel keeps what it learns in its configuration.
        writeFileSync(configFile, configOf(own, port))
        return [configFile, '--sentinel']
      },
    }
  },
})

const configOf = (own: number, port: string): string =>
  [
    `port ${own}`,
    'bind 127.0.0.1',
    `sentinel monitor ${name} 127.0.0.1 ${port} 2`,
    `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
    `sentinel failover-timeout ${name} 5000`,
    '',
  ].join('\n')

/** What a server answers one command with, as it stands in the protocol. */
const ask = (url: string, command: string): Promise<string> => {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.setTimeout(1000, () => socket.destroy(new Error('no answer')))
  socket.end(`${command}\r\nQUIT\r\n`)
  return text(socket)
}

/** Value of a field in an answer of names and values in turn. */
const fieldOf = (answer: string, field: string): string | undefined =>
  new RegExp(`\\r\\n${field}\\r\\n\\$\\d+\\r\\n([^\\r]*)`).exec(answer)?.[1]
