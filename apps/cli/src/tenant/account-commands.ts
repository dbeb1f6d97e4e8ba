import { accountChanges, newAccount } from './account-input.ts'
import { answers } from './admin-answers.ts'
import type { CommandContext, RunCommand } from './command-context.ts'
import { onboardingText } from './onboarding-text.ts'
import { TenantFailure } from './tenant-failure.ts'
import { ask, currentTenant, pathOf, printView } from './tenant-life-commands.ts'
import { allAccepted, nextAfterVerification, verificationText } from './verification-text.ts'

/** Milliseconds for the probes: seven requests to AWS for each role, each with its own patience and retries. */
const probing = 180_000

const add: RunCommand<'add-account'> = async ({ tenant, account, values }, context) => {
  const body = await newAccount(account, values, context.files)
  return onboard(context, { method: 'POST', path: `${pathOf(tenant)}/accounts`, body })
}

const change: RunCommand<'update-account'> = async ({ tenant, account, values }, context) => {
  const { current, version } = await currentAccount(tenant, account, context)
  const body = await accountChanges(current, values, context.files)
  return onboard(context, { method: 'PATCH', path: accountPath(tenant, account), body, version })
}

const remove: RunCommand<'remove-account'> = async ({ tenant, account }, context) => {
  const { version } = await currentAccount(tenant, account, context)
  const request = { method: 'DELETE', path: accountPath(tenant, account), version } as const
  return printView(context, await ask(context, request, answers.view))
}

const onboarding: RunCommand<'onboarding'> = ({ tenant, account }, context) =>
  onboard(context, { method: 'GET', path: `${accountPath(tenant, account)}/onboarding` })

const rotate: RunCommand<'rotate-external-id'> = ({ tenant, account }, context) =>
  onboard(context, { method: 'POST', path: `${accountPath(tenant, account)}/rotate-external-id` })

const verify: RunCommand<'verify'> = async ({ tenant, account }, context) => {
  const request = {
    method: 'POST',
    path: `${accountPath(tenant, account)}/verify`,
    patienceMs: probing,
  } as const
  const answer = await ask(context, request, answers.verified)
  const { verifications } = answer
  const next = nextAfterVerification(verifications, `${tenant} ${account}`)
  context.print(answer, [...verificationText(verifications), ...next])
  return allAccepted(verifications) ? 0 : 3
}

/** Commands of one account of a tenant. */
export const accountCommands = { add, change, remove, onboarding, rotate, verify }

/** Path of an account; neither name has anything in it that a path would read otherwise. */
export const accountPath = (tenant: string, account: string): string =>
  `${pathOf(tenant)}/accounts/${account}`

/** The account as it is just now, and the version of its tenant. */
const currentAccount = async (tenant: string, account: string, context: CommandContext) => {
  const { tenant: found, version } = await currentTenant(tenant, context)
  const current = found.accounts.find(({ alias }) => alias === account)
  if (!current) throw new TenantFailure(`Tenant ${tenant} has no account ${account}.`)
  return { current, version }
}

const onboard = async (
  context: CommandContext,
  request: Parameters<CommandContext['admin']>[0],
): Promise<number> => {
  const answer = await ask(context, request, answers.onboarding)
  context.print(answer, onboardingText(answer))
  return 0
}
