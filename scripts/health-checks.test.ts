import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readYaml } from '@gateway/registry'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createIssuers } from '../apps/cli/src/sso/issuers.ts'
import { buildSso } from '../apps/cli/src/sso/sso-app.ts'
import { startGateway } from '../apps/gateway/test/support/gateway.ts'
import { startHarness } from '../packages/authorization/src/testing/harness.ts'

const root = join(import.meta.dirname, '..')
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

/** Paths that a text asks for by HTTP. */
const pathsIn = (text: string) =>
  [...text.matchAll(/127\.0\.0\.1:(?:\d+|'\+[^/]*\+')(\/[\w-]+\/?)'/g)].map(([, path = '']) => path)

/** What the health check of each image asks, by its name. */
const ofImages = new Map(
  read('Dockerfile')
    .split(/^FROM /m)
    .flatMap((stage): [string, string[]][] => {
      const name = /^\S+ AS (\w+)/.exec(stage)?.[1]
      const check = /^HEALTHCHECK[\s\S]*?CMD (.*)$/m.exec(stage)?.[1]
      return name === undefined || check === undefined ? [] : [[name, pathsIn(check)]]
    }),
)

test('there is one health check in each image that is served', () => {
  expect([...ofImages].map(([name, paths]) => [name, paths.length])).toEqual([
    ['sandbox', 1],
    ['gateway', 1],
  ])
})

test('the sign-in of the sandbox answers what its image asks', async () => {
  const url = 'http://127.0.0.1:3001'
  const issuers = await createIssuers({ tenants: [], url, resource: 'http://127.0.0.1:3000/mcp' })
  const sso = buildSso({ issuers, hostnames: ['127.0.0.1'] })
  for (const path of ofImages.get('sandbox') ?? ['none']) {
    expect((await sso.inject({ url: path, headers: { host: '127.0.0.1:3001' } })).statusCode).toBe(200)
  }
})

test('the gateway and its authorization server answer what their image asks', async () => {
  await using gateway = await startGateway()
  await using authorization = await startHarness([])
  for (const path of ofImages.get('gateway') ?? ['none']) {
    expect((await gateway.send({ path })).status).toBe(200)
    expect((await fetch(`${authorization.issuer}${path}`)).status).toBe(200)
  }
})

test('compose waits for nothing that has no health check, and asks moto what its own starter asks', () => {
  const { services } = z
    .looseObject({
      services: z.record(
        z.string(),
        z.looseObject({
          build: z.looseObject({ target: z.string() }).optional(),
          healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
          depends_on: z.record(z.string(), z.looseObject({ condition: z.string() })).default({}),
        }),
      ),
    })
    .parse(readYaml(read('docker-compose.yml'), 'docker-compose.yml'))
  for (const { depends_on: needs } of Object.values(services)) {
    for (const [name, { condition }] of Object.entries(needs)) {
      expect(condition).toBe('service_healthy')
      const { build, healthcheck } = services[name] ?? {}
      expect(healthcheck !== undefined || ofImages.has(build?.target ?? ''), name).toBe(true)
    }
  }
  const asked = Object.values(services).flatMap(({ healthcheck }) =>
    pathsIn(healthcheck?.test.join(' ') ?? ''),
  )
  expect(asked).toEqual(['/moto-api/'])
  const [starter] =
    /`\$\{url\}(\/[\w-]+\/)`/.exec(read('packages', 'backends', 'src', 'aws-stand-in.ts')) ?? []
  expect(starter).toContain(asked[0])
})
