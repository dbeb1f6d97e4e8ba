import { pathAndName } from '../iam/role-arn.ts'
import { explain } from './probe-messages.ts'
import type { ProbedRole, ProbedSession } from './role-prober.ts'
import type { ProbeResult } from './verification.ts'

/** P5 and P6: whether an opened session is of the account and role it should be, and whether it may write. */
export const sessionProbes = async (
  session: ProbedSession,
  probed: ProbedRole,
): Promise<readonly ProbeResult[]> => {
  const identity = await identityOf(session, probed)
  const { roleName, tenant } = probed
  if (roleName !== 'read' && !tenant.permissions.readOnlyMode) return [identity, mayWrite]
  // Nothing is tried in an account that is not the right one.
  if (identity.outcome !== 'passed') return [identity, explain.skipped('P6', 'P5')]
  return [identity, await writeOf(session, probed)]
}

const mayWrite: ProbeResult = {
  probe: 'P6',
  outcome: 'skipped',
  message: 'Not tried: this role may write.',
}

const identityOf = async (session: ProbedSession, { account, role }: ProbedRole): Promise<ProbeResult> => {
  const tried = 'Asked AWS who the session is'
  let found: Awaited<ReturnType<ProbedSession['identity']>>
  try {
    found = await session.identity()
  } catch {
    // Only AWS's own answer says anything about the role.
    return { probe: 'P5', outcome: 'unknown', message: `${tried}; AWS did not answer: verify again later.` }
  }
  // IAM User Guide, "IAM identifiers": the ARN of a session has no path.
  const partition = role.roleArn.split(':')[1]
  const expected = `arn:${partition}:sts::${account.accountId}:assumed-role/${pathAndName(role.roleArn).name}/`
  if (found.accountId === account.accountId && found.arn.startsWith(expected))
    return {
      probe: 'P5',
      outcome: 'passed',
      message: `${tried}; it named this account and this role, as it must.`,
    }
  const what = found.accountId === account.accountId ? 'another role' : 'another account'
  return {
    probe: 'P5',
    outcome: 'failed',
    message: `${tried}; it named ${what}: reject; correct the account id and the role ARN of this account.`,
  }
}

const writeOf = async (session: ProbedSession, { roleName, tenant }: ProbedRole): Promise<ProbeResult> => {
  const tried = 'Asked for a dry run of a write (EC2 CreateInternetGateway)'
  const answer = await session.mayWrite()
  if (answer === 'denied')
    return { probe: 'P6', outcome: 'passed', message: `${tried}; AWS refused, as it must.` }
  if (answer === 'unknown')
    return {
      probe: 'P6',
      outcome: 'unknown',
      message: `${tried}; AWS neither allowed nor refused it: verify again later.`,
    }
  const why = tenant.permissions.readOnlyMode ? 'this tenant is read-only' : `the ${roleName} role only reads`
  return {
    probe: 'P6',
    outcome: 'warning',
    message: `${tried}; AWS allowed it, but ${why}: take the permissions to write away from the role.`,
  }
}
