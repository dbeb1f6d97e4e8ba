import { partitionOfRegion } from '../iam/role-arn.ts'
import type { Account, Tenant } from '../tenant.ts'

/**
 * Console link that opens the stack of an account, ready to be made (CloudFormation User Guide, "Quick-create links"). The template
 * is read by CloudFormation from `<templateBaseUrl>/<tenant>/<alias>.json`, which has to be in S3.
 */
export const quickCreateUrl = (stack: {
  readonly tenant: Tenant
  readonly account: Account
  readonly templateBaseUrl: string
}): string => {
  const { tenant, account } = stack
  const region = account.defaultRegion
  const parameters = {
    // Two segments: with one, the accounts of two tenants could have one name.
    templateURL: `${stack.templateBaseUrl.replace(/\/+$/, '')}/${tenant.id}/${account.alias}.json`,
    stackName: `mcp-gateway-${tenant.id}-${account.alias}`,
  }
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const host = consoles[partitionOfRegion(region)] ?? consoles.aws
  return `https://${host}/cloudformation/home?region=${region}#/stacks/quickcreate?${query.join('&')}`
}

const consoles: Readonly<Record<string, string>> & { readonly aws: string } = {
  aws: 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
}
