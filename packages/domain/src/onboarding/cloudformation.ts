import type { RoleName } from '../tenant.ts'
import type { RoleTemplate, TemplateRole } from './role-template.ts'
import { trustPolicy } from './trust-policy.ts'

/**
 * CloudFormation template, JSON, that makes the roles of an account (capability `CAPABILITY_NAMED_IAM`). It has no parameters:
 * when a stack is updated they keep their old values, whatever the new defaults say, and so after a rotation the role would
 * go on trusting the old external id.
 */
export const cloudFormationOf = (template: RoleTemplate): string => {
  const { roles } = template
  const document = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: template.description,
    Resources: Object.fromEntries(
      roles.map((role) => [logicalId(role.roleName), resourceOf(role, template)]),
    ),
    Outputs: Object.fromEntries(
      roles.map(({ roleName }) => [
        `${logicalId(roleName)}Arn`,
        {
          Description: `ARN of the role for ${roleName} calls`,
          Value: { 'Fn::GetAtt': [logicalId(roleName), 'Arn'] },
        },
      ]),
    ),
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const logicalId = (roleName: RoleName): string =>
  `${roleName.slice(0, 1).toUpperCase()}${roleName.slice(1)}Role`

const resourceOf = (
  role: TemplateRole,
  { externalIds, gatewayPrincipalArn, permissionsBoundary }: RoleTemplate,
) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: role.name,
    Path: role.path,
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    ...(permissionsBoundary !== undefined && { PermissionsBoundary: permissionsBoundary }),
    AssumeRolePolicyDocument: trustPolicy({
      gatewayPrincipalArn,
      externalIds: [externalIds.current, ...(externalIds.next === undefined ? [] : [externalIds.next])],
    }),
    Policies: [{ PolicyName: role.policyName, PolicyDocument: role.permissions }],
  },
})
