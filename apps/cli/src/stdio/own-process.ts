import { userInfo } from 'node:os'
import type { StdioProcess } from './run-stdio.ts'

/** The streams, folder and person of this process, for `runStdio`. */
export const ownProcess = (): Pick<StdioProcess, 'folder' | 'osUser' | 'input' | 'output' | 'stderr'> => {
  const { stdin, stdout, stderr } = process
  // What else is written to standard output, console.log of a library for one, would be taken for the protocol.
  Object.defineProperty(process, 'stdout', { value: stderr, configurable: true })
  return {
    folder: process.cwd(),
    osUser: osUser(),
    input: stdin,
    output: stdout,
    stderr: (text) => void stderr.write(text),
  }
}

/** In a container the id of the process may have no name. */
const osUser = (): string => {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}
