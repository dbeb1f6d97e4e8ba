import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sandboxPaths } from './paths.ts'
import { startStandIn } from './stand-in.ts'

test('without a stand-in one line says what to install, and the reason is kept in full', async () => {
  const paths = sandboxPaths(await mkdtemp(join(tmpdir(), 'sandbox-')))
  await mkdir(paths.folder)
  const none = await startStandIn(
    () => Promise.reject(new Error('pip failed\nno network')),
    {},
    paths,
    () => {},
  )
  expect(none).toEqual({ runs: false, why: expect.stringMatching(/^none; .*install Docker, or Python/) })
  expect(await readFile(paths.standInLog, 'utf8')).toBe('pip failed\nno network\n')
  await rm(paths.repository, { recursive: true })
})
