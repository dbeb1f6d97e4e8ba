import { createRequire } from 'node:module'
import { join } from 'node:path'
import { freePort, type SignIn } from '@gateway/backends'
import type { ServedOptions, ServerKind } from '../served/served-options.ts'
import { type Contender, contender, message, source, startNode, stop, untilAnswers } from './contender.ts'
import { mustRefuseStrangers } from './refuse-strangers.ts'

/** Starts the ceiling or a peer. */
export const startServed = async (
  kind: ServerKind,
  signIn: SignIn,
  more: Pick<ServedOptions, 'redisUrl' | 'answerBytes'> = {},
): Promise<Contender> => {
  const port = await freePort()
  const child = startNode([source('served/server-main.ts')])
  await message(child, (each) => each === 'up')
  const options: ServedOptions = { port, publicKeyPem: signIn.publicKeyPem, ...more }
  child.send({ start: kind, options })
  await message(child, (each) => each === 'ready')
  const url = `http://127.0.0.1:${port}/mcp`
  await mustRefuseStrangers(url)
  return contender(child, { url, signIn })
}

/** Starts the AWS of the bench, and gives its origin. */
export const startAws = async (): Promise<AsyncDisposable & { readonly origin: string }> => {
  const port = await freePort()
  const child = startNode([source('served/server-main.ts')])
  await message(child, (each) => each === 'up')
  child.send({ start: 'aws', options: { port, publicKeyPem: '' } satisfies ServedOptions })
  await message(child, (each) => each === 'ready')
  return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => stop(child) }
}

/** Starts supergateway with sessions (without, it starts a process per request), with the token check preloaded. */
export const startSupergateway = async (signIn: SignIn): Promise<Contender> => {
  const port = await freePort()
  const manifest = createRequire(import.meta.url).resolve('supergateway/package.json')
  const child = startNode([
    '--import',
    source('served/check-before-listeners.ts'),
    join(manifest, '..', 'dist', 'index.js'),
    '--stdio',
    `'${process.execPath}' '${source('served/stdio-tool.ts')}'`,
    '--outputTransport',
    'streamableHttp',
    '--stateful',
    '--logLevel',
    'none',
    '--port',
    String(port),
  ])
  await message(child, (each) => each === 'up')
  const options: ServedOptions = { port, publicKeyPem: signIn.publicKeyPem }
  child.send({ start: 'ceiling', options })
  const url = `http://127.0.0.1:${port}/mcp`
  await untilAnswers(url, child)
  await mustRefuseStrangers(url)
  return contender(child, { url, signIn })
}
