import { join } from 'node:path'
import { startRedis, startSignIn } from '@gateway/backends'
import { type Asked, readArguments } from './arguments.ts'
import { runSections } from './run-sections.ts'
import { table } from './table.ts'
import { jsonLine, verdicts } from './targets.ts'

const bench = async ({ json, rounds, seconds, only }: Asked): Promise<void> => {
  // With --json, stdout is for the object alone.
  const say = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`)
  await using stack = new AsyncDisposableStack()
  const signIn = stack.use(await startSignIn())
  const needsRedis = [...only].some((name) => !['peers', 'aws', 'policy'].includes(name))
  const redis = needsRedis
    ? stack.use(
        await startRedis({
          cacheDir: join(import.meta.dirname, '../../../.cache'),
          say,
          mayInstall: true,
          env: process.env,
        }),
      )
    : undefined
  const redisUrl = (): string => {
    if (!redis) throw new Error('this section needs Redis')
    return redis.url
  }
  const { sections, failed } = await runSections({ signIn, redisUrl, rounds, seconds, say }, only)
  for (const { title, columns, rows } of sections) say(`\n${title}\n\n${table(columns, rows)}`)
  const figures = Object.assign({}, ...sections.map((section) => section.figures))
  say(`\nratios, medians over the rounds\n\n${verdicts(figures)}`)
  const rows = sections.flatMap((section) => section.rows.map((row) => ({ section: section.title, ...row })))
  if (json) process.stdout.write(`${jsonLine(figures, rows)}\n`)
  if (failed > 0) process.exitCode = 1
}

await bench(readArguments(process.argv.slice(2)))
process.disconnect?.()
