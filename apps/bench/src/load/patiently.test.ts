import { expect, test } from 'vitest'
import { patiently } from './patiently.ts'

test('what fails twice may succeed, what fails three times fails', async () => {
  let left = 2
  const failing = async () => {
    if (left-- > 0) throw new Error(`${left} left`)
    return 'done'
  }
  expect(await patiently(failing, 1)).toBe('done')
  left = 5
  await expect(patiently(failing, 1)).rejects.toThrow('2 left')
})
