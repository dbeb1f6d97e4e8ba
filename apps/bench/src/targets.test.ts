import { expect, test } from 'vitest'
import { jsonLine, verdicts } from './targets.ts'

test('the JSON has every figure, null where its section did not run, and the rows', () => {
  const parsed = JSON.parse(jsonLine({ ours_over_ceiling_redis: 0.61234 }, [{ name: 'bare' }]))
  for (const key of [
    'ours_over_ceiling_redis',
    'ours_over_ceiling_memory',
    'ours_over_best_sdk_peer',
    'ours_over_best_stateless_sdk_peer',
    'tools_list_200_over_ceiling',
    'kb_per_idle_session',
    'kb_per_open_stream',
    'open_stream_over_bare_fastify',
    'two_replicas_speedup',
    'added_p50_ms',
    'added_p99_ms',
  ]) {
    expect(parsed).toHaveProperty(key)
  }
  expect(parsed.ours_over_ceiling_redis).toBe(0.612)
  expect(parsed.two_replicas_speedup).toBeNull()
  expect(parsed.rows).toEqual([{ name: 'bare' }])
  expect(jsonLine({}, [])).not.toContain('\n')
})

test('a figure stands beside its target, met or missed at the limit itself too', () => {
  const text = verdicts({
    ours_over_ceiling_redis: 0.55,
    ours_over_best_sdk_peer: 2.999,
    kb_per_idle_session: 1,
    kb_per_open_stream: 16.01,
    added_p50_ms: 0.2,
  })
  expect(text).toMatchInlineSnapshot(`
    "| figure | value | target |  |
    | --- | ---: | --- | --- |
    | ours_over_ceiling_redis | 0.550 | >= 0.55 | met |
    | ours_over_best_sdk_peer | 2.999 | >= 3 | missed |
    | kb_per_idle_session | 1.000 | <= 1 | met |
    | kb_per_open_stream | 16.010 | <= 16 | missed |
    | added_p50_ms | 0.200 |  |  |"
  `)
})
