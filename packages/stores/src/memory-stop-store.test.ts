import { memoryStopStore } from './memory-stop-store.ts'
import { stopStoreContract } from './stop-store.contract.ts'

stopStoreContract(async () => ({ stops: memoryStopStore({ most: 3 }), async [Symbol.asyncDispose]() {} }))
