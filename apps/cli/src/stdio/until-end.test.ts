import { PassThrough, type Readable, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { serveUntilEnd } from './until-end.ts'

const setup = (patience = { grace: 20, last: 20 }) => {
  const input = new PassThrough()
  const output = new PassThrough()
  const stop = new AbortController()
  const ending = new AbortController()
  const ended = (serve: (input: Readable) => Promise<void>) =>
    serveUntilEnd({ input, output, stop: stop.signal }, ending, serve, patience)
  return { input, output, stop, ending: ending.signal, ended }
}
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
const never = () => new Promise<void>(() => {})

test('what is answered soon after the end of input is not cancelled', async () => {
  const { input, ending, ended } = setup({ grace: 60_000, last: 0 })
  const done = ended(async (wire) => expect(await text(wire)).toBe('a\nb\n'))
  input.write('a\n')
  input.end('b\n')
  await done
  expect(ending.aborted).toBe(false)
})

test('what runs on after the end of input is cancelled, and its answers still count', async () => {
  const { input, ending, ended } = setup({ grace: 1, last: 60_000 })
  let answered = false
  const done = ended(async () => {
    await untilAborted(ending)
    answered = true
  })
  input.resume().end()
  await done
  expect(answered).toBe(true)
})

test('a stop cancels at once and ends the input of the service', async () => {
  const { stop, ending, ended } = setup({ grace: 60_000, last: 60_000 })
  const done = ended(async (wire) => {
    await text(wire)
    expect(ending.aborted).toBe(true)
  })
  stop.abort()
  await done
})

test('a stop that came before is not missed', async () => {
  const { stop, ended } = setup({ grace: 60_000, last: 60_000 })
  stop.abort()
  await ended(async (wire) => expect(await text(wire)).toBe(''))
})

test('an output that breaks cancels too, and breaks nothing else', async () => {
  const { output, ending, ended } = setup({ grace: 60_000, last: 60_000 })
  const done = ended(() => untilAborted(ending))
  output.destroy(new Error('EPIPE'))
  await done
})

test('what does not end after it was cancelled is left behind', async () => {
  const { stop, ended } = setup({ grace: 60_000, last: 1 })
  const done = ended(never)
  stop.abort()
  await done
})

test('a service that fails rejects', async () => {
  const { ended } = setup()
  await expect(ended(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
})

test('the last answer is out before the end', async () => {
  const { stop } = setup()
  const written: string[] = []
  const slow = new Writable({
    write(chunk, _, callback) {
      setTimeout(() => {
        written.push(String(chunk))
        callback()
      }, 20)
    },
  })
  const streams = { input: new PassThrough(), output: slow, stop: stop.signal }
  await serveUntilEnd(streams, new AbortController(), async () => void slow.write('answer'))
  expect(written.join('')).toBe('answer')
})
