import { createMetrics, type LabelValues, type Metric, metricTable } from '@gateway/telemetry'

/** The page of metrics: each with its labels, how many values each label has, and the most series that one process can have. */
export const metricsReference = async (names: readonly string[]): Promise<string> => {
  const sizeOf = (values: LabelValues): number => {
    if (values === 'names') return names.length + 1
    return 'most' in values ? values.most : values.length
  }
  const seriesOf = ({ labels, buckets }: Metric): number => {
    const combinations = Object.values(labels).reduce((product, values) => product * sizeOf(values), 1)
    // A bucket for each bound and one for all beyond, the sum and the count.
    return combinations * (buckets ? buckets.length + 3 : 1)
  }
  const labelText = ([label, values]: [string, LabelValues]): string => {
    const size = sizeOf(values)
    if (typeof values === 'string') return `\`${label}\` (${size}: the catalogue, \`none\`)`
    if ('most' in values) return `\`${label}\` (at most ${size})`
    return size > 12 ? `\`${label}\` (${size})` : `\`${label}\` (${size}: ${values.join(', ')})`
  }
  const rows = metricTable.map((metric) => {
    const labels = Object.entries(metric.labels).map(labelText).join('; ') || 'none'
    return `| \`${metric.name}\` | ${metric.type} | ${metric.help} | ${labels} | ${count(seriesOf(metric))} |`
  })
  const total = metricTable.reduce((sum, metric) => sum + seriesOf(metric), 0)
  return `# Metrics

<!-- Made by npm run generate from the table that the metrics are made from. -->

Each process serves its metrics at \`/metrics\` of \`METRICS_PORT\`, in the text format of Prometheus, with \`/livez\` (the process runs)
and \`/readyz\`, which say there what they say at the ports of clients (docs/operations.md, Health). That port has no sign-in and no
TLS: keep it on a network that only those who look after the gateway reach. No other port has \`/metrics\`.

| Setting | Meaning | Default |
| --- | --- | --- |
| \`METRICS_PORT\` | port of the metrics, another than those of clients | none are served |
| \`METRICS_HOST\` | address that it listens at; \`0.0.0.0\` in a container whose port is not published | \`127.0.0.1\` |

\`docker compose --profile observe up --build\` starts Prometheus with the alerts of \`deploy/local/prometheus/alerts.yml\` at
http://127.0.0.1:9090, and Grafana with the dashboard of \`deploy/local/grafana/dashboards/gateway.json\` at http://127.0.0.1:3005.
The alerts have unit tests: \`promtool test rules deploy/local/prometheus/alerts.test.yml\`. Not verified in Grafana: its queries were
run against a real Prometheus, and its panels looked at as drawn by a throw-away page from what Prometheus answered.

## Labels

No label names a tenant, a person or anything else that callers choose. Words that a label does not have are counted as \`other\`, so
that a process has no more series than these, whatever is sent to it; far fewer in practice, since most combinations cannot be.
Whose calls they are is in the audit log.

| Metric | Type | What | Labels, and how many values each has beside \`other\` | Most series |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

At most ${count(total)} series, if every method came to every route and every tool were of every class.


## Of the process

${(await ofProcess()).join('\n')}
`
}

const count = (number: number): string => number.toLocaleString('en')

/** Names and meanings of what is told of the process itself. */
const ofProcess = async (): Promise<readonly string[]> => {
  const metrics = createMetrics({ version: '', names: [] })
  const text = await metrics.text()
  metrics.close()
  const help = [...text.matchAll(/^# HELP ((?:process|nodejs)_\w+) (.*)$/gm)]
  return ['| Metric | What |', '| --- | --- |', ...help.map(([, name, what]) => `| \`${name}\` | ${what} |`)]
}
