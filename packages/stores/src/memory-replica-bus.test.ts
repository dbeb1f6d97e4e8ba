import { expect, test, vi } from 'vitest'
import { memoryReplicaBus } from './memory-replica-bus.ts'
import { received, replicaBusContract } from './replica-bus.contract.ts'

const open = () => {
  const onError = vi.fn()
  return { bus: memoryReplicaBus({ onError, maxBytes: 100 }), onError, async [Symbol.asyncDispose]() {} }
}

replicaBusContract(async () => open())

test('a message is as it was when it was sent, and every process is alone', async () => {
  const [one, other] = [open(), open()]
  const listener = vi.fn()
  one.bus.listen(listener)
  other.bus.listen(listener)
  const message = { list: [1] }
  await one.bus.send(one.bus.replica, message)
  message.list.push(2)
  await received(listener, { list: [1] })
  expect(await one.bus.send(other.bus.replica, message)).toBe(false)
  expect(await one.bus.isAlive(other.bus.replica)).toBe(false)
  expect(listener).toHaveBeenCalledTimes(1)
})
