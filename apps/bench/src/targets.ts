import { rounded } from './figures.ts'
import { type Row, table } from './table.ts'

/** What the bench measures, by its key in the JSON; a section that did not run leaves its figures out. */
export type Figures = Partial<Record<Figure, number>>

export type Figure = keyof typeof targets

/** The figures and what is wanted of them; `added_*` are only reported. */
export const targets = {
  ours_over_ceiling_redis: { atLeast: 0.55 },
  ours_over_ceiling_memory: { atLeast: 0.6 },
  ours_sse_over_ceiling_redis: {},
  ours_sse_over_ceiling_memory: {},
  ours_over_best_sdk_peer: { atLeast: 3 },
  ours_over_best_stateless_sdk_peer: { atLeast: 5 },
  tools_list_30_over_ceiling: {},
  tools_list_200_over_ceiling: { atLeast: 0.5 },
  tools_list_200_over_same_size: {},
  kb_per_idle_session: { atMost: 1 },
  kb_per_open_stream: { atMost: 16 },
  open_stream_over_bare_fastify: { atMost: 1.3 },
  two_replicas_speedup: { atLeast: 1.8 },
  aws_added_p50_ms: { atMost: 1 },
  aws_added_p99_ms: {},
  aws_added_over_http_p50_ms: {},
  neighbour_p95_ratio: { atMost: 1.2 },
  policy_decision_us: { atMost: 50 },
  policy_decision_one_service_us: { atMost: 50 },
  decision_us: { atMost: 50 },
  decision_one_service_us: { atMost: 50 },
  policy_scan_over_decision: {},
  policy_scan_over_decision_one_service: {},
  audit_us: {},
  limits_us: {},
  limits_redis_us: {},
  metrics_us: {},
  audit_of_call: {},
  limits_of_call: {},
  metrics_of_call: {},
  added_p50_ms: {},
  added_p99_ms: {},
} as const satisfies Record<string, Target>

interface Target {
  readonly atLeast?: number
  readonly atMost?: number
}

/** The figures beside their targets, as a Markdown table. */
export const verdicts = (figures: Figures): string =>
  table(
    [
      { key: 'figure', title: 'figure' },
      { key: 'value', title: 'value', digits: 3 },
      { key: 'target', title: 'target' },
      { key: 'verdict', title: '' },
    ],
    everyFigure().flatMap((figure): Row[] => {
      const value = figures[figure]
      if (value === undefined) return []
      return [{ figure, value, ...verdict(value, targets[figure]) }]
    }),
  )

/** The one JSON object of a run: every figure, null where its section did not run, and all rows. */
export const jsonLine = (figures: Figures, rows: readonly Row[]): string =>
  JSON.stringify({
    ...Object.fromEntries(everyFigure().map((figure) => [figure, rounded(figures[figure])])),
    rows,
  })

const everyFigure = (): Figure[] => Object.keys(targets) as Figure[]

const verdict = (value: number, { atLeast, atMost }: Target): { target: string; verdict: string } => {
  if (atLeast !== undefined) return { target: `>= ${atLeast}`, verdict: value >= atLeast ? 'met' : 'missed' }
  if (atMost !== undefined) return { target: `<= ${atMost}`, verdict: value <= atMost ? 'met' : 'missed' }
  return { target: '', verdict: '' }
}
