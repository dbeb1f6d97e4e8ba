import { authorizeChecks } from './authorize-checks.ts'
import { badTokenChecks } from './bad-token-checks.ts'
import { challengeChecks } from './challenge-checks.ts'
import { type HostName, hostNames } from './hosts.ts'
import { metadataChecks } from './metadata-checks.ts'
import { networkChecks } from './network-checks.ts'
import { registrationChecks } from './registration-checks.ts'
import { serverChecks } from './server-checks.ts'
import { serverPlaceChecks } from './server-place-checks.ts'
import type { Check } from './verdict.ts'
import { wireChecks } from './wire-checks.ts'

/** What is checked for these hosts, in order: what matters to all is always among it. */
export const checksFor = (hosts: readonly HostName[]): readonly Check[] =>
  [
    ...networkChecks,
    ...challengeChecks,
    ...badTokenChecks,
    ...metadataChecks,
    ...serverPlaceChecks,
    ...serverChecks,
    ...registrationChecks,
    ...authorizeChecks,
    ...wireChecks,
  ].filter(({ host }) => !hostNames.some((each) => each === host) || hosts.some((each) => each === host))
