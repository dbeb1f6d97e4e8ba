import { existsSync, globSync, readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { checkTenants, tenantSchema } from '@gateway/domain'
import { readYaml } from '@gateway/registry'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Block, blocksIn, headingsIn, linksIn } from './markdown.ts'

const root = dirname(import.meta.dirname)
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = ['README.md', ...(await Array.fromAsync(glob('docs/**/*.md', { cwd: root }))).sort()]

const hosts = [
  'claude-web',
  'claude-desktop',
  'claude-code',
  'cursor',
  'vs-code',
  'chatgpt',
  'codex',
  'gemini-cli',
].map((name) => `docs/connect/${name}.md`)
const providers = ['entra-id', 'okta', 'auth0', 'google', 'cognito', 'keycloak'].map(
  (name) => `docs/sso/${name}.md`,
)

const blocks = (paths: readonly string[], language: string): [string, Block][] =>
  paths.flatMap((path) =>
    blocksIn(read(path))
      .filter((block) => block.language === language)
      .map((block): [string, Block] => [`${path}:${block.line}`, block]),
  )

test.each([...hosts, ...providers])('%s ends with what was not verified', (path) => {
  expect(read(path).trimEnd().split('\n').slice(-4).join(' ')).toContain(
    '**Not verified against the live product.**',
  )
})

test('the indexes and the README name every page', () => {
  for (const [index, listed] of [
    ['docs/connect/README.md', hosts],
    ['docs/sso/README.md', providers],
  ] as const) {
    const named = linksIn(read(index)).map((link) => join(dirname(index), link.split('#')[0] ?? ''))
    expect(named).toEqual(expect.arrayContaining([...listed]))
    const there = pages.filter((page) => dirname(page) === dirname(index) && page !== index)
    expect(there).toEqual([...listed].sort())
  }
  expect(linksIn(read('README.md'))).toEqual(
    expect.arrayContaining([
      'docs/connect/README.md',
      'docs/sso/README.md',
      'docs/authorization-server.md',
      ...[...hosts, ...providers],
    ]),
  )
})

const namesInFirstColumn = (table: string): Set<string> =>
  new Set(
    [...table.matchAll(/^\| ([^|]*`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([\w.[\]]+)`/g)].map(([, name = '']) => name),
    ),
  )

test('the README names every field of a tenant', () => {
  const readme = read('README.md')
  const table = readme.slice(readme.indexOf('### A tenant'), readme.indexOf('### What it costs'))
  const named = [...namesInFirstColumn(table)].flatMap((name) => name.split(/[.[\]]+/))
  const { connections } = tenantSchema.shape
  const fields = [...Object.keys(tenantSchema.shape), ...Object.keys(connections.element.shape)]
  // For one person at their own machine, which has a page of its own.
  expect(fields.filter((field) => !named.includes(field))).toEqual(['authentication'])
})

test('every setting of the gateway is in the README, or in the page that it names', () => {
  const source = globSync('apps/gateway/src/**/*config.ts', { cwd: root }).map(read).join('\n')
  const settings = [...source.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name)
  expect(settings.length).toBeGreaterThan(20)
  const named = namesInFirstColumn(pages.map(read).join('\n'))
  // What only tests and the sandbox use.
  expect(settings.filter((name) => !named.has(name))).toEqual([
    'FIXTURE_TENANT',
    'FIXTURE_EXTRA_TOOLS',
    'EXIT_WITH_PARENT',
  ])
})

test('clients of a tenant as the page of the authorization server has them would be taken', () => {
  const [block] = blocks(['docs/authorization-server.md'], 'yaml')
  const clients = z.record(z.string(), z.unknown()).parse(readYaml(block?.[1].text ?? '', 'page'))
  expect(Object.keys(clients)).toEqual(['machineClients', 'preRegisteredClients'])
  const [keycloak] = blocks(['docs/sso/keycloak.md'], 'yaml')
  const { tenants } = tenantsWith(connectionsOf('', keycloak?.[1].text ?? ''))
  expect(checkTenants({ tenants: tenants.map((tenant) => ({ ...tenant, ...clients })) }).faults).toEqual([])
})

test.each(pages)('links of %s lead somewhere', (page) => {
  const broken = linksIn(read(page)).filter((link) => {
    if (/^(https?:|mailto:)/.test(link)) return false
    const [path = '', anchor] = link.split('#')
    const target = path === '' ? page : relative(root, join(root, dirname(page), path))
    if (target.startsWith('..') || !existsSync(join(root, target))) return true
    return anchor !== undefined && !headingsIn(read(target)).includes(anchor)
  })
  expect(broken).toEqual([])
})

test('JSON in pages is JSON', () => {
  const all = blocks(pages, 'json')
  expect(all.length).toBeGreaterThan(hosts.length)
  for (const [where, { text }] of all) expect(() => JSON.parse(text), where).not.toThrow()
})

test.each(hosts.filter((path) => !/chatgpt|claude-web/.test(path)))(
  'what %s configures leads to the one URL',
  (path) => {
    const configured = blocks([path], 'json').concat(blocks([path], 'toml'))
    expect(configured).not.toEqual([])
    for (const [where, { text }] of configured)
      expect(text.match(/https:\/\/[^"\s]+/g), where).toEqual(['https://aws-mcp.example.com/mcp'])
  },
)

/** Around the connections of a page, the least that a tenant needs. */
const tenantsWith = (connections: unknown) => ({
  tenants: [
    {
      id: 'acme',
      name: 'Acme Corporation',
      connections,
      accounts: [
        {
          alias: 'main',
          accountId: '111111111111',
          defaultRegion: 'eu-west-1',
          roles: {
            read: { roleArn: 'arn:aws:iam::111111111111:role/mcp-gateway-read', externalId: 'acme-main-1' },
          },
        },
      ],
      permissions: { allowedServices: ['s3'], allowedRegions: ['eu-west-1'] },
    },
  ],
})

const connectionsOf = (where: string, text: string): unknown =>
  z
    .strictObject({ connections: z.array(z.record(z.string(), z.unknown())).min(1) })
    .parse(readYaml(text, where)).connections

describe('connections of the pages on sign-in', () => {
  test.each(providers)('%s has one by which people sign in', (path) => {
    const [first] = blocks([path], 'yaml')
    const connections = first ? connectionsOf(first[0], first[1].text) : []
    expect(connections).toEqual([
      expect.objectContaining({
        issuer: expect.any(String),
        clientId: expect.any(String),
        clientSecretRef: 'SSO_SECRET_ACME',
        emailDomains: ['acme.example'],
      }),
    ])
  })

  test.each(blocks(['docs/sso/README.md', ...providers], 'yaml'))('%s would be taken', (where, { text }) => {
    expect(checkTenants(tenantsWith(connectionsOf(where, text))).faults).toEqual([])
  })

  test('one that is wrong would be noticed', () => {
    const [google] = blocks(['docs/sso/google.md'], 'yaml')
    const text = google?.[1].text ?? ''
    const without = (line: RegExp) =>
      checkTenants(tenantsWith(connectionsOf('', text.replace(line, '')))).faults
    expect(without(/ {4}pins:\n.*\n/)).toEqual([
      'tenants[0].connections[0].pins: an issuer of several companies needs pins',
    ])
    expect(without(/ {4}jwksUri: .*\n/)).toHaveLength(1)
    expect(checkTenants(tenantsWith(connectionsOf('', text.replace('pins', 'pinned')))).faults).toHaveLength(
      1,
    )
  })

  test('the table of fields names every field, and no other', () => {
    const page = read('docs/sso/README.md')
    const table = page.slice(page.indexOf('## What the gateway needs'), page.indexOf('## Secrets'))
    const named = [...table.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    )
    expect(named.sort()).toEqual(Object.keys(tenantSchema.shape.connections.element.shape).sort())
  })
})
