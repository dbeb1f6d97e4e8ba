import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

// Re-derives the fences of the packages from the imports themselves, so that no lint rule or manifest can quietly
// weaken them.
const root = join(import.meta.dirname, '..')
const folders = ['apps/*/{src,test}', 'packages/*/{src,build}']
const files = globSync(
  folders.map((folder) => `${folder}/**/*.ts`),
  { cwd: root },
)
const isTest = (file: string) => /\.(test|contract)\.ts$|\/testing\/|^apps\/[^/]+\/test\//.test(file)
const packageOf = (file: string) => file.split('/').slice(0, 2).join('/')

interface Import {
  readonly file: string
  readonly to: string
  readonly typeOnly: boolean
}

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(root, file), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[\w*{][^'"=;(]*?\bfrom\s+'([^']+)'/gm)
  const bare = text.matchAll(/^import\s+()'([^']+)'/gm)
  const lazy = text.matchAll(/(typeof\s+)?\bimport\(\s*'([^']+)'/g)
  return [...found, ...bare, ...lazy].map(([, type, to = '']) => ({ file, to, typeOnly: Boolean(type) }))
})

const offenders = (rule: (each: Import) => boolean): string[] =>
  imports.filter(rule).map(({ file, to }) => `${file} imports ${to}`)

const only = (owner: string, module: RegExp) =>
  offenders(
    ({ file, to, typeOnly }) => module.test(to) && packageOf(file) !== owner && !typeOnly && !isTest(file),
  )

test('the imports of every source file were found', () => {
  expect(files.length).toBeGreaterThan(80)
  expect(imports.length).toBeGreaterThan(files.length)
})

test('packages never import one another but domain, and nothing imports an app', () => {
  expect(
    offenders(({ file, to }) => {
      if (!to.startsWith('@gateway/')) return to === 'aws-mcp'
      const apps = ['gateway', 'bench', 'conformance', 'faults', 'fuzz', 'soak']
      if (apps.some((app) => to === `@gateway/${app}`)) return true
      return file.startsWith('packages/') && !isTest(file) && to !== '@gateway/domain'
    }),
  ).toEqual([])
})

test('relative imports stay inside of their package', () => {
  expect(
    offenders(({ file, to }) => {
      if (!to.startsWith('.')) return false
      return packageOf(relative(root, join(root, dirname(file), to))) !== packageOf(file)
    }),
  ).toEqual([])
})

test('packages are imported by their name only', () => {
  expect(offenders(({ to }) => /^@gateway\/[^/]+\//.test(to))).toEqual([])
})

test('domain does no I/O: zod, and of Node only what computes', () => {
  const pure = ['zod', 'node:buffer', 'node:crypto']
  expect(
    offenders(
      ({ file, to }) =>
        packageOf(file) === 'packages/domain' && !isTest(file) && !to.startsWith('.') && !pure.includes(to),
    ),
  ).toEqual([])
})

test('only mcp imports the MCP SDKs, only aws the AWS SDK, only stores ioredis, only backends testcontainers', () => {
  // The bench measures the gateway against servers made with them.
  const sdks = only('packages/mcp', /^@modelcontextprotocol\//).filter(
    (each) => !each.startsWith('apps/bench/'),
  )
  expect(sdks).toEqual([])
  // The bench also measures a request of the SDK itself.
  const aws = only('packages/aws', /^@(aws-sdk|smithy)\//).filter((each) => !each.startsWith('apps/bench/'))
  expect(aws).toEqual([])
  expect(only('packages/stores', /^ioredis$/)).toEqual([])
  expect(only('packages/backends', /^testcontainers$/)).toEqual([])
  expect(only('packages/registry', /^yaml$/)).toEqual([])
  expect(only('packages/telemetry', /^(@opentelemetry\/|prom-client$)/)).toEqual([])
  // Letters and lines are drawn in one place, which needs no library.
  expect(only('packages/pictures', /canvas|pureimage|resvg|sharp|pngjs|\/font\//)).toEqual([])
  // The bench measures the gateway against exactly this plugin.
  const jwt = only('apps/gateway', /^@fastify\/jwt$/).filter((each) => !each.startsWith('apps/bench/'))
  expect(jwt).toEqual([])
})

test('no AWS client is made outside of packages/aws', () => {
  const makers = files.filter(
    (file) =>
      !['packages/aws', 'apps/bench'].includes(packageOf(file)) &&
      !isTest(file) &&
      /new \w*Client\(/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(makers).toEqual([])
})

test('the environment is read in main files only', () => {
  const readers = files.filter(
    (file) =>
      !/\/main\.ts$/.test(file) &&
      !isTest(file) &&
      /process\.env/.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(readers).toEqual([])
})

test('source files stay under 200 lines', () => {
  const long = files.filter(
    (file) => !isTest(file) && readFileSync(join(root, file), 'utf8').split('\n').length > 201,
  )
  expect(long).toEqual([])
})

test('what a package exports, somebody imports', () => {
  const unused = globSync('packages/*/src/index.ts', { cwd: root }).flatMap((index) => {
    const own = packageOf(index)
    const name = `@gateway/${own.split('/')[1]}`
    const others = [...files, ...globSync('scripts/*.ts', { cwd: root })]
      .filter((file) => packageOf(file) !== own)
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .filter((text) => text.includes(`'${name}'`))
    const lists = readFileSync(join(root, index), 'utf8').matchAll(/export (?:type )?\{([^}]*)\} from/g)
    const exported = [...lists].flatMap(([, list = '']) =>
      list.split(',').map((each) => each.replace('type ', '').trim()),
    )
    return exported.filter((each) => each && !others.some((text) => new RegExp(`\\b${each}\\b`).test(text)))
  })
  expect(unused).toEqual([])
})

test('the version that clients see is that of the package', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(readFileSync(join(root, 'apps/gateway/src/version.ts'), 'utf8')).toContain(`'${version}'`)
})
