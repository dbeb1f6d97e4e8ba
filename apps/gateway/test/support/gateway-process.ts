import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AuditEvent } from '@gateway/domain'
import { decidedIn } from './audit-events.ts'
import { nodeEnvironment } from './node-environment.ts'

const entry = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

/** `main.ts` in a process of its own, as it runs in production. */
export interface GatewayProcess extends AsyncDisposable {
  readonly child: ChildProcess
  /** All of standard output and error so far. */
  output(): string
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
  audit(): Promise<AuditEvent[]>
  readonly auditFile: string
}

/** A folder for the files of one process, with a tenants file in it. */
export interface Folder extends AsyncDisposable {
  readonly tenantsFile: string
  readonly auditFile: string
}

export const openFolder = async (tenants: string): Promise<Folder> => {
  const path = await mkdtemp(join(tmpdir(), 'gateway-boot-'))
  const tenantsFile = join(path, 'tenants.yaml')
  await writeFile(tenantsFile, tenants)
  return {
    tenantsFile,
    auditFile: join(path, 'audit.jsonl'),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  }
}

/** Starts it with `env` and nothing else of this process's environment but what Node needs. */
export const startProcess = (
  folder: Folder,
  env: Readonly<Record<string, string>> = {},
  /** Whether anybody reads its standard output. */
  isRead = true,
): GatewayProcess => {
  const child = spawn(process.execPath, [entry], {
    env: {
      ...nodeEnvironment(),
      TENANTS_FILE: folder.tenantsFile,
      AUDIT_FILE: folder.auditFile,
      // What the AWS SDK would ask of the machine if it had no identity; moto takes any.
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ACCESS_KEY_ID: 'gateway',
      AWS_SECRET_ACCESS_KEY: 'gateway',
      EXIT_WITH_PARENT: '1',
      // They send more bad tokens from one address than anybody may.
      FAILED_SIGN_INS_PER_MINUTE: '100000',
      // Not without being asked: where there is no stand-in, it would be AWS itself that is asked.
      ROLE_VERIFICATION: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  const read = [...(isRead ? [child.stdout] : []), child.stderr].map(async (stream) => {
    for await (const text of stream?.setEncoding('utf8') ?? []) output += text
  })
  // Not the event `close`, which does not come where this end of the channel was closed first.
  const ended = once(child, 'exit').then(async ([code, signal]): Promise<number | string> => {
    await Promise.all(read)
    return code ?? signal
  })
  return {
    child,
    output: () => output,
    ended,
    audit: () => decidedIn(folder.auditFile),
    auditFile: folder.auditFile,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Resolves once `url` is answered with 200; throws with its output if it ends before. */
export const untilServing = async (gateway: GatewayProcess, url: string): Promise<void> => {
  let hasEnded = false
  void gateway.ended.then(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ok) return
    await sleep(20)
  }
  throw new Error(`the gateway ended: ${gateway.output()}`)
}
