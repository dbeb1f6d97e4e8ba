import { openRedis } from '../open-redis.ts'
import { redisBudgetLedger } from '../redis-budget-ledger.ts'

// A gateway of its own that dies between reserving and settling: it reserves what it is told to, says so, and waits to be killed.
const [url = '', reservation = ''] = process.argv.slice(2)
const ledger = redisBudgetLedger(await openRedis(url, { onError() {} }))
console.log(JSON.stringify(await ledger.reserve(JSON.parse(reservation))))
setInterval(() => undefined, 1000)
