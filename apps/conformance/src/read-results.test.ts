import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readResults } from './read-results.ts'

const time = '2026-11-24T06-46-45-123Z'

test('scenarios are found by their folders, those without an end too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-results-'))
  try {
    for (const name of ['server-initialize', 'json-schema-2020-12', 'ping']) {
      await mkdir(join(folder, `server-${name}-${time}`))
    }
    await mkdir(join(folder, `authorization-server-authorization-code-grant-${time}`))
    await mkdir(join(folder, 'something-else'))
    const checks = [{ id: 'ping', status: 'SUCCESS' }]
    await writeFile(join(folder, `server-ping-${time}`, 'checks.json'), JSON.stringify(checks))
    expect(await readResults(folder)).toEqual([
      { scenario: 'authorization-code-grant', checks: [] },
      { scenario: 'json-schema-2020-12', checks: [] },
      { scenario: 'ping', checks },
      { scenario: 'server-initialize', checks: [] },
    ])
  } finally {
    await rm(folder, { recursive: true })
  }
})
