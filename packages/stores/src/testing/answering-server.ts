import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A stand-in for Redis in states that a real one is in for moments only. */
export interface AnsweringServer extends AsyncDisposable {
  readonly url: string
  /** Names of the commands that came after a connection was made. */
  readonly commands: readonly string[]
}

const infoText = 'role:master\r\nloading:0\r\n'

/** Makes connections as Redis does, and gives `answer`, a reply as it stands in the protocol, to all else. */
export const answeringServer = async (answer: (command: string) => string): Promise<AnsweringServer> => {
  const sockets = new Set<Socket>()
  const commands: string[] = []
  const replyTo = (command: string): string => {
    if (command === 'hello') return '*0\r\n'
    if (command === 'client') return '+OK\r\n'
    if (command === 'info') return `$${infoText.length}\r\n${infoText}\r\n`
    commands.push(command)
    return answer(command)
  }
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    let rest = ''
    socket.on('data', (chunk) => {
      const { names, left } = commandsOf(rest + chunk.toString('latin1'))
      rest = left
      for (const name of names) socket.write(replyTo(name))
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `redis://127.0.0.1:${port}`,
    commands,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await once(server.close(), 'close')
    },
  }
}

/** Names of the whole commands (arrays of bulk strings) in a text, and what is left of it. */
const commandsOf = (text: string): { readonly names: readonly string[]; readonly left: string } => {
  const names: string[] = []
  let at = 0
  for (;;) {
    const words = /^\*(\d+)\r\n/.exec(text.slice(at))
    if (!words) return { names, left: text.slice(at) }
    let end = at + words[0].length
    let name: string | undefined
    for (let n = 0; n < Number(words[1]); n++) {
      const bulk = /^\$(\d+)\r\n/.exec(text.slice(end, end + 16))
      if (!bulk) return { names, left: text.slice(at) }
      const start = end + bulk[0].length
      end = start + Number(bulk[1]) + 2
      if (end > text.length) return { names, left: text.slice(at) }
      name ??= text.slice(start, end - 2).toLowerCase()
    }
    names.push(name ?? '')
    at = end
  }
}
