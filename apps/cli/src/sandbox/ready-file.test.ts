import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SandboxPaths, sandboxPaths } from './paths.ts'
import { type Ready, removeReadyFiles, removeStaleFiles, writeReadyFiles } from './ready-file.ts'

const ready: Ready = {
  url: 'http://127.0.0.1:3000/mcp',
  authorization: { issuer: 'http://127.0.0.1:3002' },
  tenants: [{ id: 'acme', users: [{ id: 'reader', scopes: ['aws:read'], token: 'a.b.c' }] }],
  aws: { endpoint: null },
  // Above the largest process id of Linux, so that no process has it.
  pid: 4_194_305,
}

let paths: SandboxPaths

beforeEach(async () => {
  paths = sandboxPaths(await mkdtemp(join(tmpdir(), 'sandbox-')))
  await mkdir(paths.folder)
})

afterEach(() => rm(paths.repository, { recursive: true }))

test('ready.json is one line that only its owner can read, and nothing half-written is left', async () => {
  await writeReadyFiles(paths, ready)
  expect(await readFile(paths.ready, 'utf8')).toBe(
    '{"url":"http://127.0.0.1:3000/mcp","authorization":{"issuer":"http://127.0.0.1:3002"},"tenants":[{"id":"acme","users":[{"id":"reader","scopes":["aws:read"],"token":"a.b.c"}]}],"aws":{"endpoint":null},"pid":4194305}\n',
  )
  expect((await readdir(paths.folder)).sort()).toEqual(['cursor.json', 'ready.json', 'vscode.json'])
  for (const file of [paths.ready, paths.cursor, paths.vsCode]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readFile(file, 'utf8')).toContain('a.b.c')
  }
})

test('the token of the operator has a file of its own, which goes with the others', async () => {
  const operator = { token: 'o.p.r', adminUrl: 'http://127.0.0.1:3000/admin/v1' }
  await writeReadyFiles(paths, { ...ready, operator })
  expect(await readFile(paths.operatorToken, 'utf8')).toBe('o.p.r\n')
  expect((await stat(paths.operatorToken)).mode & 0o777).toBe(0o600)
  expect(JSON.parse(await readFile(paths.ready, 'utf8'))).toMatchObject({ operator })
  await removeReadyFiles(paths, ready.pid)
  expect(await readdir(paths.folder)).toEqual([])
})

test('a sandbox removes its own files and not those of a later one', async () => {
  await writeReadyFiles(paths, ready)
  await removeReadyFiles(paths, 12)
  expect(await readdir(paths.folder)).toHaveLength(3)
  await removeReadyFiles(paths, ready.pid)
  expect(await readdir(paths.folder)).toEqual([])
})

test('files of a killed sandbox are removed whatever is in them', async () => {
  await writeFile(paths.ready, 'half a li')
  await removeReadyFiles(paths, ready.pid)
  expect(await readdir(paths.folder)).toHaveLength(1)
  await removeStaleFiles(paths)
  expect(await readdir(paths.folder)).toEqual([])
})

test('a start leaves alone what belongs to a sandbox that still runs', async () => {
  await writeReadyFiles(paths, { ...ready, pid: process.pid })
  await removeStaleFiles(paths)
  expect(await readdir(paths.folder)).toHaveLength(3)
})
