import { inspect } from 'node:util'
import type { SectionName } from './arguments.ts'
import { aws } from './sections/aws.ts'
import { latency } from './sections/latency.ts'
import { lists } from './sections/lists.ts'
import { parts } from './sections/parts.ts'
import { policy } from './sections/policy.ts'
import { replicas } from './sections/replicas.ts'
import type { Bench, Section } from './sections/section.ts'
import { sessions } from './sections/sessions.ts'
import { streams } from './sections/streams.ts'
import { throughput } from './sections/throughput.ts'

/**
 * Runs the sections one after the other, since they share the machine. One that fails is said and left out: the others took
 * minutes.
 */
export const runSections = async (
  bench: Bench,
  only: ReadonlySet<SectionName>,
): Promise<{ readonly sections: readonly Section[]; readonly failed: number }> => {
  const [ours, peers] = [only.has('calls'), only.has('peers')]
  const wanted: (readonly [boolean, string, () => Promise<Section>])[] = [
    // Together: only rates of the same rounds are compared.
    [ours || peers, 'tools/call', () => throughput(bench, { ours, peers })],
    [only.has('lists'), 'tools/list', () => lists(bench)],
    [only.has('replicas'), 'two replicas', () => replicas(bench)],
    [only.has('latency'), 'added latency', () => latency(bench)],
    [only.has('aws'), 'AWS calls of 50 tenants', () => aws(bench)],
    [only.has('policy'), 'decisions of a policy', () => policy(bench)],
    [only.has('parts'), 'parts of a call', () => parts(bench)],
    [only.has('sessions'), 'memory of sessions', () => sessions(bench)],
    [only.has('streams'), 'memory of event streams', () => streams(bench)],
  ]
  const sections: Section[] = []
  let failed = 0
  for (const [asked, name, run] of wanted) {
    if (!asked) continue
    bench.say(name)
    try {
      sections.push(await run())
    } catch (error) {
      failed += 1
      bench.say(`${name} failed: ${inspect(error)}`)
    }
  }
  return { sections, failed }
}
