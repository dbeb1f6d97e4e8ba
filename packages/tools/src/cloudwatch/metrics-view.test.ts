import { createContext, runInContext } from 'node:vm'
import { expect, test } from 'vitest'
import { cloudwatchGetMetrics } from './get-metrics.ts'
import { metricsView } from './metrics-view.ts'
import { metricsViewScript } from './metrics-view-script.ts'

const html = async () => {
  const read = await metricsView.read({} as never, { uri: metricsView.uri, variables: {} })
  return (read as readonly { readonly text: string }[])[0]?.text ?? ''
}

/** As much of a document as the script of the page uses. */
class Element {
  readonly attributes = new Map<string, string>()
  readonly listeners = new Map<string, (event: object) => void>()
  readonly style: Record<string, string> = {}
  children: Element[] = []
  className = ''
  textContent = ''
  readonly tag: string
  constructor(tag: string) {
    this.tag = tag
  }
  setAttribute(name: string, value: string) {
    this.attributes.set(name, value)
  }
  append(...children: Element[]) {
    this.children.push(...children)
  }
  replaceChildren(...children: Element[]) {
    this.children = children
  }
  addEventListener(name: string, listener: (event: object) => void) {
    this.listeners.set(name, listener)
  }
  getBoundingClientRect() {
    return { left: 0, width: 720 }
  }
  set innerHTML(_: string) {
    throw new Error('text of others became markup')
  }
  /** All elements inside of it that have this tag or class. */
  all(name: string): Element[] {
    const here = this.children.filter((each) => each.tag === name || each.className === name)
    return [...here, ...this.children.flatMap((each) => each.all(name))]
  }
}

/** The page in a host; `host` sends it a message. */
const openPage = () => {
  const sent: Record<string, unknown>[] = []
  const parent = { postMessage: (message: Record<string, unknown>) => void sent.push(message) }
  const byId = new Map(['note', 'chart', 'legend'].map((id) => [id, new Element('div')]))
  const root = new Element('html')
  let listen: (event: object) => void = () => {}
  const document = {
    documentElement: root,
    getElementById: (id: string) => byId.get(id),
    createElement: (tag: string) => new Element(tag),
    createElementNS: (_: string, tag: string) => new Element(tag),
  }
  const addEventListener = (_: string, listener: typeof listen) => {
    listen = listener
  }
  runInContext(metricsViewScript, createContext({ document, parent, addEventListener }))
  const host = (data: unknown, source: unknown = parent) => listen({ data, source })
  const part = (id: string) => byId.get(id) ?? root
  return { sent: () => JSON.parse(JSON.stringify(sent)), host, part, root }
}

const result = (data: unknown) => ({
  jsonrpc: '2.0',
  method: 'ui/notifications/tool-result',
  params: { content: [], structuredContent: { data } },
})
const answer = {
  startTime: '2026-01-02T09:00:00.000Z',
  series: [
    { label: 'CPU a', unit: 'Percent', secondsAfterStart: [0, 3_600, 7_200], values: [10, 20, 40] },
    { label: 'CPU b', unit: 'Percent', secondsAfterStart: [0, 7_200], values: [5, 80] },
  ],
}

test('the page is what MCP Apps asks for, loads nothing, and is what the tool names', async () => {
  const page = await html()
  expect(metricsView).toMatchObject({ uri: 'ui://aws-mcp/metrics', mimeType: 'text/html;profile=mcp-app' })
  expect(cloudwatchGetMetrics.view).toBe(metricsView.uri)
  expect(page).toMatch(/^<!doctype html>/)
  expect(page.match(/<\/?script/g)).toEqual(['<script', '</script'])
  expect(page).not.toMatch(/\b(src|href)=|@import|url\(|fetch\(|import\(|innerHTML|eval\(/)
  expect(page.match(/https?:[^'" ]*/g)).toEqual(['http://www.w3.org/2000/svg'])
})

test('it shakes hands with its host, and takes its theme', () => {
  const { sent, host, root } = openPage()
  expect(sent()).toEqual([
    {
      jsonrpc: '2.0',
      id: 1,
      method: 'ui/initialize',
      params: {
        protocolVersion: '2026-01-26',
        appInfo: { name: 'aws-mcp-metrics', version: '1.0.0' },
        appCapabilities: { availableDisplayModes: ['inline'] },
      },
    },
  ])
  host({ jsonrpc: '2.0', id: 1, result: { protocolVersion: '2026-01-26', hostContext: { theme: 'dark' } } })
  expect(sent()[1]).toEqual({ jsonrpc: '2.0', method: 'ui/notifications/initialized', params: {} })
  expect(root.style.colorScheme).toBe('dark')
  host({ jsonrpc: '2.0', method: 'ui/notifications/host-context-changed', params: { theme: 'light' } })
  expect(root.style.colorScheme).toBe('light')
  host({ jsonrpc: '2.0', id: 'x', method: 'ui/resource-teardown', params: {} })
  expect(sent()[2]).toEqual({ jsonrpc: '2.0', id: 'x', result: {} })
})

test('it draws a line for each series, and tells the values under the pointer', () => {
  const { host, part } = openPage()
  host(result(answer))
  const [chart] = part('chart').all('svg')
  expect(
    chart
      ?.all('path')
      .map(({ attributes }) => attributes.get('d'))
      .join('\n'),
  ).toMatchInlineSnapshot(`
    "M56.0 225.0L384.0 194.0L712.0 132.0
    M56.0 240.5L712.0 8.0"
  `)
  const values = () =>
    part('legend')
      .all('value')
      .map(({ textContent }) => textContent)
  expect(part('note').textContent).toBe('Percent · 2026-01-02 09:00 to 2026-01-02 11:00 UTC')
  expect(values()).toEqual(['40 Percent at 01-02 11:00', '80 Percent at 01-02 11:00'])
  chart?.listeners.get('pointermove')?.({ clientX: 360 })
  expect(values()).toEqual(['20 Percent at 01-02 10:00', '5 Percent at 01-02 09:00'])
  chart?.listeners.get('pointerleave')?.({})
  expect(values()).toEqual(['40 Percent at 01-02 11:00', '80 Percent at 01-02 11:00'])
  host(result(answer))
  expect([part('chart').all('svg').length, part('legend').all('row').length]).toEqual([1, 2])
})

test('labels of others are text and nothing else', () => {
  const { host, part } = openPage()
  const label = '<img src=x onerror=alert(1)></script>\u202e'
  host(result({ ...answer, series: [{ ...answer.series[0], label, unit: '<b>' }] }))
  expect(part('legend').all('name')[0]?.textContent).toBe(label)
  expect(part('legend').all('img')).toEqual([])
})

test.for([
  undefined,
  null,
  'text',
  {},
  { data: null },
  { series: 'x' },
  { startTime: 'x', series: [{}] },
  { ...answer, series: [null, 5, { label: 'x', secondsAfterStart: ['1'], values: [Number.NaN] }] },
  { metrics: [] },
])('what is no series draws nothing: %j', (data) => {
  const { host, part } = openPage()
  host(result(data))
  expect(part('note').textContent).toMatch(/^There is no (data|answer) to draw\.$/)
  expect(part('chart').children).toEqual([])
})

test('messages of anybody but its host are passed over', () => {
  const { host, part, sent } = openPage()
  host(result(answer), {})
  host({ ...result(answer), jsonrpc: '1.0' })
  host('text')
  host(null)
  expect(part('chart').children).toEqual([])
  expect(sent()).toHaveLength(1)
})
