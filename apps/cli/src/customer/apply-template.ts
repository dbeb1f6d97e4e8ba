import { type Owner, StandInError, textsIn } from './owner.ts'
import { rolesOfTemplate, type TemplateRole } from './template-roles.ts'

/** What applying a template did. */
export interface Applied {
  readonly stack: string
  /** Whether the stack is new. */
  readonly made: boolean
  readonly roleArns: readonly string[]
}

/**
 * Creates the stack, or updates the one that is there, and makes its roles exactly what the template says. The latter by
 * IAM: the stand-in's CloudFormation (moto 5.2.5) makes roles, but an update changes neither their trust nor their policies.
 */
export const applyTemplate = async (
  owner: Owner,
  asked: { readonly stack?: string; readonly account: string },
  template: string,
): Promise<Applied> => {
  const roles = rolesOfTemplate(template, asked.account)
  const { stack = stackOf(roles) } = asked
  const made = await applyStack(owner, stack, template)
  const roleArns: string[] = []
  for (const role of roles) roleArns.push(await settleRole(owner, role))
  return { stack, made, roleArns }
}

/** The same for every edition of one template, and another for the roles of another tenant in the same account. */
const stackOf = ([first]: readonly TemplateRole[]): string =>
  (first?.RoleName ?? '').replace(/-(read|write|admin)$/, '').replaceAll(/[^A-Za-z0-9-]/g, '-')

const applyStack = async (owner: Owner, StackName: string, TemplateBody: string): Promise<boolean> => {
  const stack = { StackName, TemplateBody, 'Capabilities.member.1': 'CAPABILITY_NAMED_IAM' }
  try {
    await owner('cloudformation', { Action: 'CreateStack', ...stack })
    return true
  } catch (thrown) {
    if (!isCode(thrown, 'AlreadyExistsException')) throw thrown
  }
  try {
    await owner('cloudformation', { Action: 'UpdateStack', ...stack })
  } catch (thrown) {
    // The same template again: no update is to be performed.
    if (!isCode(thrown, 'ValidationError')) throw thrown
  }
  return false
}

/** Makes a role what the template says, and gives its ARN. */
const settleRole = async (owner: Owner, role: TemplateRole): Promise<string> => {
  const { RoleName, Description, Policies, PermissionsBoundary } = role
  const MaxSessionDuration = String(role.MaxSessionDuration)
  const PolicyDocument = JSON.stringify(role.AssumeRolePolicyDocument)
  const iam = (Action: string, more: Record<string, string> = {}) =>
    owner('iam', { Action, RoleName, ...more })
  const found = await iam('GetRole').catch((thrown: unknown) => {
    if (!isCode(thrown, 'NoSuchEntity')) throw thrown
  })
  if (found === undefined) {
    const AssumeRolePolicyDocument = PolicyDocument
    await iam('CreateRole', { AssumeRolePolicyDocument, Path: role.Path })
  }
  await iam('UpdateAssumeRolePolicy', { PolicyDocument })
  await iam('UpdateRole', { MaxSessionDuration, ...(Description && { Description }) })
  if (PermissionsBoundary) await iam('PutRolePermissionsBoundary', { PermissionsBoundary })
  else if (found?.includes('<PermissionsBoundaryArn>')) await iam('DeleteRolePermissionsBoundary')
  const names = Policies.map(({ PolicyName }) => PolicyName)
  for (const PolicyName of textsIn(await iam('ListRolePolicies'), 'member')) {
    if (!names.includes(PolicyName)) await iam('DeleteRolePolicy', { PolicyName })
  }
  for (const { PolicyName, PolicyDocument: document } of Policies) {
    await iam('PutRolePolicy', { PolicyName, PolicyDocument: JSON.stringify(document) })
  }
  return textsIn(await iam('GetRole'), 'Arn')[0] ?? ''
}

const isCode = (thrown: unknown, code: string): boolean =>
  thrown instanceof StandInError && thrown.code.startsWith(code)
