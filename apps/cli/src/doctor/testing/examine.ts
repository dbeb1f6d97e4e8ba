import { expect } from 'vitest'
import type { DoctorTiming } from '../deployment.ts'
import { type HostName, hostNames } from '../hosts.ts'
import { runDoctor } from '../run-doctor.ts'
import type { Finding } from '../verdict.ts'
import type { certificateFor } from './certificate.ts'
import { type Breaking, deploymentDouble } from './deployment-double.ts'

/** Milliseconds. */
export const day = 86_400_000
const usual = { timeout: 1_500, check: 5_000, idle: 20, hold: 80 }

/** What is examined, and how. */
export interface Examined {
  readonly breaking?: Breaking
  readonly certificate?: Parameters<typeof deploymentDouble>[1] & ReturnType<typeof certificateFor>
  readonly trusted?: boolean
  /** The URL as it is typed. */
  readonly url?: (url: string) => string
  /** Null for none. */
  readonly token?: string | null
  readonly online?: boolean
  readonly hosts?: readonly HostName[]
  readonly json?: boolean
  readonly timing?: Partial<DoctorTiming>
  readonly plainHttpPort?: number
}

/** Runs the doctor against a deployment of its own. */
export const examine = async (of: Examined = {}) => {
  const {
    breaking,
    certificate,
    trusted = true,
    url = (each) => each,
    token,
    online = true,
    json = true,
  } = of
  await using deployment = await deploymentDouble(breaking, certificate)
  let stdout = ''
  const code = await runDoctor({
    asked: { url: url(deployment.url), hosts: of.hosts ?? hostNames, json, online },
    env: { AWS_MCP_TOKEN: token === null ? '' : (token ?? deployment.token) },
    folder: '.',
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => expect.unreachable(text),
    now: Date.now,
    timing: { ...usual, ...of.timing },
    ...(of.plainHttpPort !== undefined && { plainHttpPort: of.plainHttpPort }),
    ...(certificate && trusted && { ca: certificate.cert }),
  })
  const findings = json ? (JSON.parse(stdout) as Finding[]) : []
  const named = (status: Finding['status']) =>
    findings.flatMap((each) => (each.status === status ? each.id : []))
  return {
    code,
    stdout,
    findings,
    fails: named('fail'),
    warns: named('warn'),
    skips: named('skip'),
    requests: deployment.requests,
    clients: deployment.clients,
    /** The token that the deployment takes. */
    goodToken: deployment.token,
  }
}
