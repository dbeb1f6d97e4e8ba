import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Front, startFront } from './support/front.ts'
import { type SignInGateway, startSignInGateway } from './support/sign-in-gateway.ts'

let front: Front
let gateway: SignInGateway
beforeAll(async () => {
  front = await startFront()
  gateway = await startSignInGateway({ clientHosts: [], publicUrl: front.url })
  front.target = gateway.url
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await front[Symbol.asyncDispose]()
})
beforeEach(() => {
  front.spoil = () => undefined
})

interface Finding {
  readonly id: string
  readonly host?: string
  readonly status: 'ok' | 'warn' | 'fail' | 'skip'
  readonly problem?: string
  readonly remedy?: string
}

/** `aws-mcp doctor` as a process of its own, from outside. */
const doctor = (...words: string[]): Promise<{ readonly code: number; readonly findings: Finding[] }> =>
  new Promise((resolve, reject) => {
    const program = join(import.meta.dirname, '../../cli/src/main.ts')
    execFile(
      process.execPath,
      [program, 'doctor', `${front.url}/mcp`, '--json', ...words],
      (error, stdout, stderr) => {
        if (stdout === '') return reject(new Error(stderr))
        resolve({ code: error ? Number(error.code) : 0, findings: JSON.parse(stdout) })
      },
    )
  })

const failed = (findings: readonly Finding[]) =>
  findings.flatMap(({ id, status }) => (status === 'fail' ? id : []))

test('a gateway with its authorization server behind a proxy is right for every host', async () => {
  const { code, findings } = await doctor()
  expect(failed(findings)).toEqual([])
  expect(code).toBe(0)
  const registered = findings.filter(({ id, status }) => id.startsWith('register-') && status === 'ok')
  expect(registered.length).toBeGreaterThanOrEqual(5)
})

test('a deployment that is broken in five ways: each is named, with how to mend it, and nothing else', async () => {
  front.spoil = (path, answer) => {
    // A proxy that drops the challenge.
    delete answer.headers['www-authenticate']
    // A rule that knows one of the two places only.
    if (path === '/.well-known/oauth-protected-resource') Object.assign(answer, { status: 404, body: '{}' })
    if (!path.startsWith('/.well-known/oauth-protected-resource')) return
    delete answer.headers['access-control-allow-origin']
    answer.body = answer.body
      .replace(/"resource":"[^"]*"/, '"resource":"https://mcp.example.com/mcp"')
      .replace(/"authorization_servers":\[[^\]]*\],/, '')
  }
  const { code, findings } = await doctor()
  expect(code).toBe(1)
  expect(new Set(failed(findings))).toEqual(new Set(named))
  for (const id of named) {
    const { problem, remedy } = findings.find((each) => each.id === id && each.status === 'fail') ?? {}
    expect([id, problem, remedy]).toEqual([id, expect.any(String), expect.any(String)])
  }
})

const named = [
  'challenge-header',
  'metadata-served',
  'metadata-cors',
  'metadata-resource',
  'metadata-servers',
]
