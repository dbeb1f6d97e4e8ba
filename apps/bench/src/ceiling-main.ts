import { startCeiling } from './ceiling.ts'

// Started by the bench, which sends the options and whose end ends this process.
process.once('disconnect', () => process.exit(0))
process.once('message', (options) => {
  startCeiling(options as Parameters<typeof startCeiling>[0]).then(
    () => process.send?.('ready'),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
