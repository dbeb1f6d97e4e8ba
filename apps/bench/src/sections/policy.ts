import { compilePolicy, decide, evaluatePolicies } from '@gateway/domain'
import { median, ratioInRounds } from '../figures.ts'
import { grantWithPolicy } from './grant-with-policy.ts'
import type { Bench, Section } from './section.ts'
import { ofManyServices, ofOneService, type PolicyLoad } from './tenant-policies.ts'

/**
 * What one decision of a tenant's own policy costs, beside what it costs to try every pattern of every statement as a regular
 * expression. Both in turn in each round, in this process.
 */
export const policy = async ({ rounds, seconds, say }: Bench): Promise<Section> => {
  const entries = [ofManyServices(), ofOneService()].flatMap((load) => {
    const compiled = [compilePolicy(load.document)]
    const patterns = expressionsOf(load)
    return [
      {
        name: load.name,
        load,
        decide: (n: number) => evaluatePolicies(compiled, at(load, n)).effect,
        micros: [] as number[],
      },
      {
        name: `${load.name}, every pattern tried`,
        load,
        decide: (n: number) => scan(patterns, at(load, n)),
        micros: [] as number[],
      },
      {
        name: `${load.name}, all layers of a call`,
        load,
        decide: wholeDecision(load),
        micros: [] as number[],
      },
    ]
  })
  for (const { decide } of entries) microsOf(decide, seconds)
  for (let round = 1; round <= rounds; round++) {
    say(`  round ${round} of ${rounds}`)
    for (const { decide, micros } of entries) micros.push(microsOf(decide, seconds))
  }
  const [many, scanMany, wholeMany, one, scanOne, wholeOne] = entries.map(({ micros }) => micros)
  return {
    title: `decisions of the policy of a tenant, ${rounds} rounds of ${seconds} s`,
    columns: [
      { key: 'name', title: 'policy' },
      { key: 'us', title: 'CPU us/decision', digits: 2 },
    ],
    rows: entries.map(({ name, micros }) => ({ name, us: Number(median(micros).toFixed(3)) })),
    figures: {
      policy_decision_us: median(many ?? []),
      policy_decision_one_service_us: median(one ?? []),
      decision_us: median(wholeMany ?? []),
      decision_one_service_us: median(wholeOne ?? []),
      policy_scan_over_decision: ratioInRounds(scanMany ?? [], many ?? []),
      policy_scan_over_decision_one_service: ratioInRounds(scanOne ?? [], one ?? []),
    },
  }
}

/** The decision as a call meets it: with its account, what it asks of AWS, a plan, and what that costs. */
const wholeDecision = (load: PolicyLoad): ((n: number) => unknown) => {
  const grant = grantWithPolicy(load)
  const [account] = grant.accounts
  if (!account) throw new Error('the tenant has no account')
  const plan = { effect: 'Does it.', resources: [{ id: 'i-1', tags: { Environment: 'test' } }] }
  const cost = { faults: [], estimate: { microUsd: 1, basis: 'of the bench' }, leftMicroUsd: 7 }
  return (n) => {
    const request = at(load, n)
    return decide({
      grant,
      tool: { access: 'write', iamActions: [request.action], name: 'aws_api_write' },
      account,
      regions: ['eu-west-1'],
      stops: [],
      requests: [request],
      passes: [],
      agreement: { plan, asked: true, cost },
    })
  }
}

const at = ({ requests }: PolicyLoad, n: number) => {
  const request = requests[n % requests.length]
  if (!request) throw new Error('there is no request to decide')
  return request
}

/** Mean of the processor time that decisions take, one after the other for `seconds`: what else the machine does has no part. */
const microsOf = (decide: (n: number) => unknown, seconds: number): number => {
  const end = performance.now() + seconds * 1000
  const from = process.cpuUsage()
  let decisions = 0
  while (performance.now() < end) {
    for (let n = 0; n < 120; n++) decide(decisions++)
  }
  const { user, system } = process.cpuUsage(from)
  return (user + system) / decisions
}

interface Expressions {
  readonly actions: readonly RegExp[]
  readonly resources: readonly RegExp[]
}

const expressionsOf = ({ document }: PolicyLoad): readonly Expressions[] =>
  document.Statement.map(({ Action, Resource }) => ({
    actions: Action.map((pattern) => expressionOf(pattern, 'i')),
    resources: Resource.map((pattern) => expressionOf(pattern, '')),
  }))

const expressionOf = (pattern: string, flags: string): RegExp =>
  new RegExp(`^${RegExp.escape(pattern).replaceAll('\\*', '.*')}$`, flags)

/** How many statements speak of a request, whatever their conditions: the least that one without an index has to do. */
const scan = (
  statements: readonly Expressions[],
  { action, resource = '' }: { readonly action: string; readonly resource: string | undefined },
): number =>
  statements.filter(
    ({ actions, resources }) =>
      actions.some((pattern) => pattern.test(action)) && resources.some((pattern) => pattern.test(resource)),
  ).length
