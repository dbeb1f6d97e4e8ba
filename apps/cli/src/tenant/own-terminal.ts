import { text } from 'node:stream/consumers'
import type { OperatorProcess } from './run-operator.ts'

/** Streams and folder of this process for `runOperator`; `flushed` waits until what was printed has left it. */
export const ownTerminal = (): Pick<OperatorProcess, 'folder' | 'input' | 'stdout' | 'stderr'> & {
  flushed(): Promise<void>
} => {
  // `aws-mcp tenant list | head`: whoever reads it has had enough.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  return {
    folder: process.cwd(),
    input: () => text(process.stdin),
    stdout: (printed) => void process.stdout.write(printed),
    stderr: (printed) => void process.stderr.write(printed),
    flushed: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
  }
}
