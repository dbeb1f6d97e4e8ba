import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

const recorded = () => {
  let text = ''
  const progress = createProgress((more) => {
    text += more
  })
  return { progress, text: () => text.replaceAll(/\(\d+\.\d s\)/g, '(? s)') }
}

test('a step is named when it begins and summed up when it ends', async () => {
  const { progress, text } = recorded()
  const { promise, resolve } = Promise.withResolvers<number>()
  const step = progress.step(
    'AWS data',
    () => promise,
    (count) => `${count} requests`,
  )
  expect(text()).toBe('  AWS data      ')
  resolve(3)
  expect(await step).toBe(3)
  expect(text()).toBe('  AWS data      3 requests  (? s)\n')
})

test('what a step says stands on lines of its own, and only while it runs', async () => {
  const { progress, text } = recorded()
  let late = (_line: string) => {}
  await progress.step(
    'Stand-in',
    async (say) => {
      late = say
      say('installing')
    },
    () => 'done',
  )
  late('too late')
  expect(text()).toBe('  Stand-in      installing\n  Stand-in      done  (? s)\n')
})

test('a failing step ends its line', async () => {
  const { progress, text } = recorded()
  const failing = progress.step('Gateway', () => Promise.reject(new Error('no')), String)
  await expect(failing).rejects.toThrow('no')
  expect(text()).toBe('  Gateway       \n')
})
