import { approvalsContract } from './approvals.contract.ts'
import { memoryRecordStore } from './memory-record-store.ts'
import { fakeClock } from './testing/fake-clock.ts'

approvalsContract(async () => {
  const clock = fakeClock()
  return { records: memoryRecordStore(clock), ...clock, async [Symbol.asyncDispose]() {} }
})
