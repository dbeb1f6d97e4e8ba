import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Stands where a program looks for the person's browser. */
export interface OpenedByProgram extends AsyncDisposable {
  /** Home, browser and PATH for the program: nothing that it keeps goes anywhere else. */
  readonly env: Readonly<Record<string, string>>
  /** The URL that the program opened, or will open, first. */
  readonly opened: Promise<string>
  /** How many it opened. */
  readonly count: number
}

/** A `BROWSER`, and an `xdg-open` on the PATH, that tell the URL to this process and end. */
export const openedByProgram = async (): Promise<OpenedByProgram> => {
  const home = await mkdtemp(join(tmpdir(), 'program-'))
  const { promise: opened, resolve } = Promise.withResolvers<string>()
  let count = 0
  const server = createServer(async (request, response) => {
    count += 1
    resolve(Buffer.concat(await request.toArray()).toString())
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const tell = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const script = `#!${process.execPath}
fetch('${tell}', { method: 'POST', body: process.argv.at(-1) })
`
  const browser = join(home, 'xdg-open')
  await writeFile(browser, script, { mode: 0o755 })
  return {
    env: {
      HOME: home,
      PATH: `${home}:${process.env.PATH}`,
      BROWSER: browser,
      MCP_REMOTE_CONFIG_DIR: join(home, 'kept'),
    },
    opened,
    get count() {
      return count
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await once(server.close(), 'close')
      await rm(home, { recursive: true })
    },
  }
}
