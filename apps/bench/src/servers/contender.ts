import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { SignIn } from '@gateway/backends'

/** What a server process has used so far. */
export interface Usage {
  readonly cpuMicros: number
  readonly rssBytes: number
  /** Heap and what hangs on it outside. */
  readonly heapBytes: number
}

/** A server under load, in a process of its own. */
export interface Contender extends AsyncDisposable {
  readonly url: string
  /** A token that it accepts, of `bench` or another user. */
  token(subject?: string): Promise<string>
  usage(): Promise<Usage>
  /** The same after a collection of its garbage. */
  memory(): Promise<Usage>
}

/** What makes a started process a contender. */
export interface ContenderOptions {
  readonly url: string
  readonly signIn: SignIn
  /** Of the tokens; the URL if it is left out. */
  readonly audience?: string
}

/** Starts Node on a file of this folder's parent, with the probe preloaded, a channel to it and its errors shown. */
export const startNode = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess =>
  spawn(
    process.execPath,
    ['--expose-gc', '--disable-warning=ExperimentalWarning', '--import', source('served/probe.ts'), ...args],
    { env: { PATH: '/usr/bin:/bin', ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )

/** Absolute path of a source file of the bench. */
export const source = (file: string): string => join(import.meta.dirname, '..', file)

/** The contender that a started process is. */
export const contender = (
  child: ChildProcess,
  { url, signIn, audience = url }: ContenderOptions,
): Contender => ({
  url,
  token: (subject) => signIn.token(audience, subject),
  usage: () => askProbe(child, 'usage'),
  memory: () => askProbe(child, 'memory'),
  [Symbol.asyncDispose]: () => stop(child),
})

/** Waits for a message that `wanted` accepts; rejects when the process ends first. */
export const message = (
  child: ChildProcess,
  wanted: (message: unknown) => boolean,
): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const ended = () =>
      done(() => reject(new Error(`a server of the bench ended: ${child.spawnargs.at(-1)}`)))
    const hear = (given: unknown) => {
      if (wanted(given)) done(() => resolve(given as Record<string, unknown>))
    }
    const done = (settle: () => void) => {
      child.off('message', hear).off('exit', ended)
      settle()
    }
    child.on('message', hear).once('exit', ended)
    if (child.exitCode !== null) ended()
  })

/** Waits until the URL answers at all; rejects after 15 s or when the process ends first. */
export const untilAnswers = async (url: string, child: ChildProcess): Promise<void> => {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${url} did not start`)
    const answered = await fetch(url).then(
      (response) => response.status < 500,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} was not ready in 15 s`)
}

/** Ends a started process. */
export const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await ended
}

const askProbe = async (child: ChildProcess, question: 'usage' | 'memory'): Promise<Usage> => {
  child.send(question)
  const { usage } = await message(
    child,
    (each) => typeof each === 'object' && each !== null && 'usage' in each,
  )
  return usage as Usage
}
