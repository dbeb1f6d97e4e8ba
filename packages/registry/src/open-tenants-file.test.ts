import { mkdir, mkdtemp, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError } from '@gateway/domain'
import { expect, test, vi } from 'vitest'
import { openTenantsFile } from './open-tenants-file.ts'
import type { TenantCheck } from './read-tenants.ts'
import { documentOf } from './testing/documents.ts'
import { tellingFaults } from './testing/faults.ts'

const acme = documentOf('acme', '111111111111')
const globex = documentOf('globex', '222222222222')
// JSON is YAML.
const text = (...tenants: readonly object[]) => JSON.stringify({ tenants }, null, 2)

const opened = async (
  first: string,
  { check, pollMs = 30 }: { check?: TenantCheck; pollMs?: number } = {},
) => {
  const folder = await mkdtemp(join(tmpdir(), 'tenants-file-'))
  const path = join(folder, 'tenants.yaml')
  await writeFile(path, first)
  const { told, onFault } = tellingFaults()
  const heard: (readonly string[])[] = []
  const reloads: unknown[] = []
  const onReload = (reloaded: object) => reloads.push(reloaded)
  const file = await openTenantsFile(path, {
    env: { COMPANY: 'Acme' },
    onFault,
    onReload,
    pollMs,
    settleMs: 20,
    ...(check && { check }),
  })
  file.listen((changed) => heard.push(changed))
  return {
    folder,
    path,
    file,
    told,
    heard,
    reloads,
    [Symbol.asyncDispose]: async () => {
      file.close()
      await rm(folder, { recursive: true })
    },
  }
}

test('a changed tenant is another object, and the others are who they were', async () => {
  await using t = await opened(text(acme, globex))
  const before = t.file.tenants()
  await writeFile(t.path, text({ ...acme, status: 'suspended' }, globex))
  await vi.waitFor(() => expect(t.heard).toEqual([['acme']]))
  expect(t.file.tenants().get('acme')?.status).toBe('suspended')
  expect(t.file.tenants().get('globex')).toBe(before.get('globex'))
  expect(t.reloads).toEqual([{ tenants: 2, changed: ['acme'] }])
  expect(t.told).toEqual([])
})

test('new and removed tenants are told', async () => {
  await using t = await opened(text(acme))
  await writeFile(t.path, text(globex))
  await vi.waitFor(() => expect(t.heard).toEqual([['acme', 'globex']]))
  expect([...t.file.tenants().keys()]).toEqual(['globex'])
})

test('another order, comments and spaces change nobody', async () => {
  await using t = await opened(text(acme, globex))
  const before = t.file.tenants()
  await writeFile(t.path, `# reordered\n${JSON.stringify({ tenants: [globex, acme] })}`)
  await vi.waitFor(() => expect(t.reloads).toEqual([{ tenants: 2, changed: [] }]))
  expect(t.heard).toEqual([])
  expect(t.file.tenants().get('acme')).toBe(before.get('acme'))
})

test('a bad file never replaces a good one; it is told once, all faults by path, and mended by a good one', async () => {
  await using t = await opened(text(acme, globex))
  const bad = text({ ...acme, name: '', accounts: [] }, { ...globex, id: 'acme' })
  await writeFile(t.path, bad)
  await vi.waitFor(() => expect(t.told).toHaveLength(1))
  expect(t.told[0]?.fields).toMatchObject({
    faults: [
      expect.stringMatching(/^tenants\[0\]\.name: /),
      expect.stringMatching(/^tenants\[0\]\.accounts: /),
    ],
  })
  await writeFile(t.path, bad)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(t.told).toHaveLength(1)
  expect([...t.file.tenants().keys()]).toEqual(['acme', 'globex'])
  await writeFile(t.path, text(acme))
  await vi.waitFor(() => expect(t.heard).toEqual([['globex']]))
})

test.for<[string, string]>([
  ['empty', ''],
  ['half of one', text(acme, globex).slice(0, 300)],
  ['not YAML', '{"tenants": ['],
  ['nobody', '{"tenants": []}'],
  ['a name that is not set', text({ ...acme, name: '${NOBODY}' })],
])('a file that becomes %s keeps the tenants', async ([, bad]) => {
  await using t = await opened(text(acme, globex))
  await writeFile(t.path, bad)
  await vi.waitFor(() => expect(t.told).toHaveLength(1))
  expect(t.file.tenants().size).toBe(2)
  expect(t.heard).toEqual([])
})

test('what the caller checks is a fault at the start and at each reload', async () => {
  const check: TenantCheck = ({ name }) => (name === 'Wide' ? ['permissions.policy: does not fit'] : [])
  await expect(opened(text(acme, { ...globex, name: 'Wide' }), { check })).rejects.toMatchObject({
    faults: ['tenants[1].permissions.policy: does not fit'],
  })
  await using t = await opened(text(acme, globex), { check })
  await writeFile(t.path, text({ ...acme, name: 'Wide' }, globex))
  await vi.waitFor(() =>
    expect(t.told).toMatchObject([{ fields: { faults: ['tenants[0].permissions.policy: does not fit'] } }]),
  )
  expect(t.file.tenants().get('acme')?.name).toBe('The acme company')
})

test('a file that is gone keeps the tenants, is told once, and may come back as it was', async () => {
  await using t = await opened(text(acme))
  await unlink(t.path)
  await vi.waitFor(() => expect(t.told).toHaveLength(1))
  expect(t.told[0]?.fields).toMatchObject({ faults: ['(root): cannot be read (ENOENT)'] })
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(t.told).toHaveLength(1)
  await writeFile(t.path, text(acme))
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(t.reloads).toEqual([])
  await writeFile(t.path, text(acme, globex))
  await vi.waitFor(() => expect(t.heard).toEqual([['globex']]))
})

test('a file that is renamed over, again and again, is followed', async () => {
  await using t = await opened(text(acme))
  for (const name of ['One', 'Two', 'Three']) {
    await writeFile(join(t.folder, 'tenants.yaml.new'), text({ ...acme, name }))
    await rename(join(t.folder, 'tenants.yaml.new'), t.path)
    await vi.waitFor(() => expect(t.file.tenants().get('acme')?.name).toBe(name))
  }
  expect(t.told).toEqual([])
})

test('the links that Kubernetes swaps are followed at once, long before the next look', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'config-map-'))
  for (const [version, name] of ['One', 'Two'].entries()) {
    await mkdir(join(folder, `..${version}`))
    await writeFile(join(folder, `..${version}`, 'tenants.yaml'), text({ ...acme, name }))
  }
  await symlink('..0', join(folder, '..data'))
  await symlink(join('..data', 'tenants.yaml'), join(folder, 'tenants.yaml'))
  const { told, onFault } = tellingFaults()
  const file = await openTenantsFile(join(folder, 'tenants.yaml'), {
    env: {},
    onFault,
    pollMs: 3_600_000,
    settleMs: 20,
  })
  await symlink('..1', join(folder, '..data_tmp'))
  await rename(join(folder, '..data_tmp'), join(folder, '..data'))
  await vi.waitFor(() => expect(file.tenants().get('acme')?.name).toBe('Two'))
  expect(told).toEqual([])
  file.close()
  await rm(folder, { recursive: true })
})

test('a folder that is removed and made again is followed by looking', async () => {
  await using t = await opened(text(acme))
  await rm(t.folder, { recursive: true })
  await vi.waitFor(() => expect(t.told).toHaveLength(1))
  await mkdir(t.folder)
  await writeFile(t.path, text({ ...acme, name: 'Again' }))
  await vi.waitFor(() => expect(t.file.tenants().get('acme')?.name).toBe('Again'))
})

test('a text that grows is taken when it stays, never in between', async () => {
  await using t = await opened(text(acme))
  const whole = `tenants:\n${[acme, globex].map((each) => `  - ${JSON.stringify(each)}\n`).join('')}`
  // Every end of a line makes a right file.
  const firstLines = whole.split('\n').slice(0, 2).join('\n')
  for (let i = 0; i < 20; i++) {
    await writeFile(t.path, `${firstLines}\n#${'.'.repeat(i)}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await writeFile(t.path, whole)
  await vi.waitFor(() => expect(t.heard).toEqual([['globex']]))
})

test('a closed one hears nothing, and one that throws keeps nobody from hearing', async () => {
  await using t = await opened(text(acme))
  const end = t.file.listen(() => {
    throw new Error('a listener of the test')
  })
  t.file.listen((changed) => t.heard.push(changed))
  await writeFile(t.path, text(globex))
  await vi.waitFor(() => expect(t.heard).toHaveLength(2))
  expect(t.told).toHaveLength(1)
  end()
  t.file.close()
  await writeFile(t.path, text(acme))
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(t.heard).toHaveLength(2)
})

test('a bad or missing file at the start is a fault', async () => {
  await expect(opened(text({ ...acme, id: 'Acme Inc' }))).rejects.toBeInstanceOf(ConfigurationError)
  const { onFault } = tellingFaults()
  await expect(openTenantsFile('/nowhere/tenants.yaml', { env: {}, onFault })).rejects.toMatchObject({
    faults: ['(root): cannot be read (ENOENT)'],
  })
})
