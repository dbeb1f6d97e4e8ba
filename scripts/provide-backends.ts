// Installs what the integration and end-to-end tests start, where it is missing: node scripts/provide-backends.ts
import { join } from 'node:path'
import { provideChromium, startAwsStandIn, startRedis } from '@gateway/backends'

const cacheDir = join(import.meta.dirname, '..', '.cache')
const say = (line: string) => process.stderr.write(`${line}\n`)
const options = { cacheDir, say, mayInstall: true, env: process.env }

const [redis, aws] = await Promise.all([
  // One after the other: apt-get works alone.
  startRedis(options).then(async (started) => {
    await provideChromium(options)
    return started
  }),
  startAwsStandIn(options),
])
await Promise.all([redis.stop(), aws.stop()])
