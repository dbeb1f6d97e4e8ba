import { memoryRecordStore } from './memory-record-store.ts'
import { recordStoreContract } from './record-store.contract.ts'
import { fakeClock } from './testing/fake-clock.ts'

recordStoreContract(async () => {
  const clock = fakeClock()
  return { records: memoryRecordStore(clock), ...clock, async [Symbol.asyncDispose]() {} }
})
