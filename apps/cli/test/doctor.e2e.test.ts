import { tmpdir } from 'node:os'
import { beforeAll, expect, test } from 'vitest'
import { deploymentDouble } from '../src/doctor/testing/deployment-double.ts'
import { type Installed, installAwsMcp } from './support/installed.ts'
import { nodeEnvironment } from './support/node-environment.ts'
import { nodesOnPath, spawnStdio } from './support/stdio.ts'

let installed: Installed
beforeAll(async () => {
  installed = await installAwsMcp()
})

const doctor = async (words: readonly string[], node: string, env: Record<string, string> = {}) => {
  await using child = spawnStdio(installed.program, ['doctor', ...words], {
    env: { ...nodeEnvironment(), ...env },
    folder: tmpdir(),
    node,
  })
  child.child.stdin.end()
  const code = await child.exit()
  return { code, stdout: child.stdout(), stderr: child.stderr() }
}

// They wait for answers that do not come.
test.concurrent.each(nodesOnPath())('npx aws-mcp doctor, on the Node at %s', async (node) => {
  await using right = await deploymentDouble()
  const good = await doctor([right.url, '--online'], node, { AWS_MCP_TOKEN: right.token })
  expect(good).toMatchObject({ code: 0, stderr: '' })
  expect(good.stdout).toMatch(/\n\d+ ok, 0 warn, 0 fail, 4 skip\n$/)
})

test.concurrent('npx aws-mcp doctor: what is wrong ends it with 1, and words that it does not know with 2', async () => {
  const node = process.execPath
  await using stripped = await deploymentDouble((_, reply) => ({
    ...reply,
    headers: Object.fromEntries(
      Object.entries(reply.headers).filter(([name]) => name !== 'www-authenticate'),
    ),
  }))
  const bad = await doctor([stripped.url, '--json', '--host=codex'], node)
  expect(bad.code).toBe(1)
  const findings: { id: string; status: string }[] = JSON.parse(bad.stdout)
  expect(findings.flatMap(({ id, status }) => (status === 'fail' ? id : []))).toEqual(['challenge-header'])
  expect(await doctor(['mcp.example.com'], node)).toMatchObject({ code: 2, stdout: '' })
})
