import type { ProbeAnswer } from './role-prober.ts'
import type { ProbeResult } from './verification.ts'

type Probe = ProbeResult['probe']

const deploy = "deploy the account's template again"

/** What a probe has found, for the customer who has to act on it. `which` calls an external id by its place. */
export const explain = {
  P1: (answer: ProbeAnswer, which: string): ProbeResult =>
    mustOpen('P1', answer, {
      tried: `Tried to assume the role with ${which} external id`,
      fix: `the trust policy must allow sts:AssumeRole to the gateway's role with this external id; ${deploy}`,
    }),

  nextRefused: {
    probe: 'P1',
    outcome: 'warning',
    message: `Tried to assume the role with the next external id and AWS refused, then with the old one and AWS allowed it: the old one stays in force; ${deploy}, which trusts both, and verify again.`,
  } satisfies ProbeResult,

  P2: (answer: ProbeAnswer): ProbeResult =>
    mustRefuse('P2', answer, {
      tried: 'Tried to assume the role without an external id',
      fix: 'reject: the role can be assumed without the external id; add Condition StringEquals sts:ExternalId to its trust policy',
    }),

  P3: (answer: ProbeAnswer): ProbeResult =>
    mustRefuse('P3', answer, {
      tried: 'Tried to assume the role with a random external id',
      fix: 'reject: the role takes any external id; use StringEquals, not StringLike with a wildcard, for sts:ExternalId in its trust policy',
    }),

  P4: (answer: ProbeAnswer, which: string): ProbeResult =>
    mustOpen('P4', answer, {
      tried: `Tried to assume the role with ${which} external id, a source identity and session tags`,
      fix: `the trust policy must also allow sts:SetSourceIdentity, and sts:TagSession for the tags mcp:tenant, mcp:user, mcp:client and mcp:call; ${deploy}`,
    }),

  P7: (answer: ProbeAnswer): ProbeResult => {
    const tried = {
      tried: 'Tried to assume the role with the retired external id',
      fix: `the role still trusts it; ${deploy}, which names the new one alone`,
    }
    const result = mustRefuse('P7', answer, tried)
    return result.outcome === 'failed' ? { ...result, outcome: 'warning' } : result
  },

  notRetired: {
    probe: 'P7',
    outcome: 'skipped',
    message: 'Not tried: no external id of this role was retired.',
  } satisfies ProbeResult,

  skipped: (probe: Probe, because: Probe): ProbeResult => ({
    probe,
    outcome: 'skipped',
    message: `Not tried: after what ${because} found it would say nothing.`,
  }),
}

interface Words {
  readonly tried: string
  readonly fix: string
}

const mustOpen = (probe: Probe, answer: ProbeAnswer, { tried, fix }: Words): ProbeResult => {
  if (answer.outcome === 'assumed')
    return { probe, outcome: 'passed', message: `${tried}; AWS allowed it, as it must.` }
  if (answer.outcome === 'unknown') return notKnown(probe, answer.code, tried)
  return { probe, outcome: 'failed', message: `${tried}; AWS refused (${cleanCode(answer.code)}): ${fix}.` }
}

const mustRefuse = (probe: Probe, answer: ProbeAnswer, { tried, fix }: Words): ProbeResult => {
  if (answer.outcome === 'denied')
    return { probe, outcome: 'passed', message: `${tried}; AWS refused, as it must.` }
  if (answer.outcome === 'unknown') return notKnown(probe, answer.code, tried)
  return { probe, outcome: 'failed', message: `${tried}; AWS allowed it: ${fix}.` }
}

const notKnown = (probe: Probe, code: string, tried: string): ProbeResult => ({
  probe,
  outcome: 'unknown',
  message: `${tried}; AWS neither allowed nor refused it (${cleanCode(code)}): verify again later.`,
})

/** The code of an AWS error, and nothing that only looks like one. */
const cleanCode = (code: string): string => (/^[A-Za-z][A-Za-z0-9.]{0,63}$/.test(code) ? code : 'no code')
