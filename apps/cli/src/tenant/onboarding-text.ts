import type { OnboardingAnswer } from './admin-answers.ts'
import { oneLine } from './printable.ts'
import { table } from './table.ts'
import { accountText } from './tenant-text.ts'

/** What the owner of the AWS account needs, and what to do. */
export const onboardingText = (onboarding: OnboardingAnswer): string[] => {
  const { account, gatewayPrincipalArn, quickCreateUrl } = onboarding
  const [role] = Object.values(account.roles).flatMap((each) => each ?? [])
  return [
    ...accountText(account),
    ...table([
      ['Gateway', gatewayPrincipalArn],
      ['External id', role?.externalId ?? 'none: the account has no role'],
      ...(role?.nextExternalId === undefined ? [] : [['Next external id', role.nextExternalId]]),
      ...(quickCreateUrl === undefined ? [] : [['Quick create', quickCreateUrl]]),
    ]),
    ...nextAfterOnboarding(onboarding),
  ]
}

const nextAfterOnboarding = ({ tenantId, account, quickCreateUrl }: OnboardingAnswer): string[] => {
  const where = `${oneLine(tenantId)} ${oneLine(account.alias)}`
  const file = `mcp-gateway-${where.replace(' ', '-')}`
  const link = quickCreateUrl === undefined ? '' : ' (or open the quick-create link)'
  const rotating = Object.values(account.roles).some((role) => role?.nextExternalId !== undefined)
  const what = rotating
    ? 'Next: bring the trust policies up to date, which now name both external ids, then verify.'
    : `Next: apply the template in the AWS account${link}, then verify.`
  return [
    '',
    what,
    `  aws-mcp tenant template ${where} --format cloudformation --out ${file}.json`,
    `  aws-mcp tenant template ${where} --format terraform --out ${file}.tf`,
    `  aws-mcp tenant verify ${where}`,
  ]
}
