import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readYaml } from '@gateway/registry'
import { createMetrics, metricTable } from '@gateway/telemetry'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, 'deploy', 'local', path), 'utf8')

const dashboard = z
  .looseObject({
    panels: z.array(
      z.looseObject({
        id: z.number(),
        title: z.string(),
        gridPos: z.looseObject({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
        targets: z.array(z.looseObject({ expr: z.string() })).default([]),
      }),
    ),
  })
  .parse(JSON.parse(read('grafana/dashboards/gateway.json')))
const rules = z
  .object({
    groups: z.array(z.object({ rules: z.array(z.looseObject({ alert: z.string(), expr: z.string() })) })),
  })
  .parse(readYaml(read('prometheus/alerts.yml'), 'alerts.yml'))
  .groups.flatMap((group) => group.rules)

const queries: [string, string][] = [
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }): [string, string] => [title, expr]),
  ),
  ...rules.map(({ alert, expr }): [string, string] => [alert, expr]),
]

const metrics = createMetrics({ version: '1', names: [] })
metrics.watch({ eventStreams: () => 0, webSockets: () => 0, sseSessions: () => 0, ready: () => 1 })
afterAll(() => metrics.close())

/** Names that a scrape has, those of the parts of histograms among them, with their labels. */
const known = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const types = [...(await metrics.text()).matchAll(/^# TYPE (\S+) (\w+)$/gm)]
  const labels = new Map(metricTable.map((metric) => [metric.name, Object.keys(metric.labels)]))
  return new Map(
    types.flatMap(([, name = '', type]): [string, string[]][] => {
      const own = labels.get(name) ?? []
      if (type !== 'histogram') return [[name, own]]
      return [
        [`${name}_bucket`, [...own, 'le']],
        [`${name}_sum`, own],
        [`${name}_count`, own],
      ]
    }),
  )
}

const metricsIn = (query: string) => query.match(/\b(?:mcp_gateway|nodejs|process)_\w+/g) ?? []

test.each(queries)('%s asks for metrics that there are, by labels that they have', async (_title, query) => {
  const there = await known()
  const named = metricsIn(query)
  expect(named.length > 0 || /\bup\{/.test(query)).toBe(true)
  expect(named.filter((name) => !there.has(name))).toEqual([])
  const labels = named.flatMap((name) => there.get(name) ?? [])
  const asked = [
    ...[...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
    ...[...query.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label = '']) => label),
  ]
  // What Prometheus itself knows of a target.
  expect(asked.filter((label) => !labels.includes(label) && !['job', 'instance'].includes(label))).toEqual([])
})

test.each(queries)('%s asks for values that those labels have', (_title, query) => {
  for (const [, name = '', selector = ''] of query.matchAll(/\b(mcp_gateway_\w+)\{([^}]*)\}/g)) {
    const { labels = {} } = metricTable.find((metric) => name.startsWith(metric.name)) ?? {}
    for (const [, label = '', words = ''] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"/g)) {
      const values = labels[label]
      if (Array.isArray(values)) expect(values).toEqual(expect.arrayContaining(words.split('|')))
    }
  }
})

test('every metric of the gateway is on the dashboard', async () => {
  const shown = new Set(
    dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => metricsIn(expr))),
  )
  const missing = metricTable
    .map(({ name }) => name)
    .filter((name) => !shown.has(name) && !shown.has(`${name}_bucket`))
  expect(missing).toEqual(['mcp_gateway_build_info'])
})

test('no panel lies over another, and each has an id of its own', () => {
  const cells = dashboard.panels.flatMap(({ gridPos: { h, w, x, y } }) =>
    Array.from({ length: h * w }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length)
  expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24)
})

test('each alert has a test in which it fires', () => {
  const tested = read('prometheus/alerts.test.yml')
  expect(rules.length).toBeGreaterThan(8)
  for (const { alert } of rules) expect(tested).toContain(`alertname="${alert}"`)
})

test('compose serves the metrics where Prometheus reads them, and to nobody outside', () => {
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
  const { services } = z
    .looseObject({
      services: z.record(
        z.string(),
        z.looseObject({
          image: z.string().optional(),
          environment: z.record(z.string(), z.string()).optional(),
          ports: z.array(z.string()).default([]),
          profiles: z.array(z.string()).default([]),
        }),
      ),
    })
    .parse(readYaml(compose, 'docker-compose.yml'))
  const { scrape_configs: scraped } = z
    .looseObject({
      scrape_configs: z.array(
        z.looseObject({
          job_name: z.string(),
          static_configs: z.array(z.object({ targets: z.array(z.string()) })),
        }),
      ),
    })
    .parse(readYaml(read('prometheus/prometheus.yml'), 'prometheus.yml'))
  const port = services.gateway?.environment?.METRICS_PORT
  expect(scraped).toMatchObject([
    { job_name: 'mcp-gateway', static_configs: [{ targets: [`gateway:${port}`] }] },
  ])
  expect(services.gateway?.ports.join(' ')).not.toContain(port)
  for (const name of ['prometheus', 'grafana']) {
    const { image, ports = [], profiles } = services[name] ?? {}
    expect(image).toMatch(/^[a-z]+\/[a-z]+:v?\d+\.\d+\.\d+$/)
    expect(ports.filter((each) => !each.startsWith('127.0.0.1:'))).toEqual([])
    expect(profiles).toEqual(['observe'])
  }
})
