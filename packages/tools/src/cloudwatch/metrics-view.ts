import { defineResource } from '@gateway/domain'
import { metricsViewScript } from './metrics-view-script.ts'

/** The page in which a client with MCP Apps (SEP-1865) shows the answer of `aws_cloudwatch_get_metrics`. */
export const metricsView = defineResource({
  uri: 'ui://aws-mcp/metrics',
  name: 'metrics-view',
  title: 'CloudWatch metrics',
  description: 'Draws the series of aws_cloudwatch_get_metrics, with the values under the pointer.',
  mimeType: 'text/html;profile=mcp-app',
  access: 'read',
  iamActions: [],
  read: async (_context, { uri }) => [{ uri, mimeType: 'text/html;profile=mcp-app', text: page }],
})

/** It loads nothing from anywhere: hosts allow no more than what is in the page (SEP-1865, "CSP Enforcement"). */
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>CloudWatch metrics</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#202124, #e8eaed); --quiet: light-dark(#5f6368, #9aa0a6); --grid: light-dark(#e8eaed, #3c4043); }
body { margin: 0; padding: 8px; font: 13px/1.4 system-ui, sans-serif; color: var(--ink); }
svg { display: block; width: 100%; height: auto; }
svg text { font-size: 11px; fill: var(--quiet); }
.grid { stroke: var(--grid); }
.pointer { stroke: var(--quiet); stroke-dasharray: 3 3; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.row { display: flex; gap: 8px; align-items: center; }
.key { flex: none; width: 16px; height: 3px; }
.name { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.value { font-variant-numeric: tabular-nums; }
#note { color: var(--quiet); }
</style>
</head>
<body>
<div id="note" role="status">Waiting for the metrics.</div>
<div id="chart"></div>
<div id="legend"></div>
<script>${metricsViewScript}</script>
</body>
</html>
`
