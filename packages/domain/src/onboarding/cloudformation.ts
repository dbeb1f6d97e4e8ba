import type { RoleName } from '../tenant.ts'
import type { RoleTemplate, TemplateRole } from './role-template.ts'
import { trustPolicy } from './trust-policy.ts'

/** CloudFormation template, JSON, that makes the roles of an account (capability `CAPABILITY_NAMED_IAM`). */
export const cloudFormationOf = (template: RoleTemplate): string => {
  const { externalIds, roles } = template
  const document = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: template.description,
    Parameters: {
      ExternalId: externalId('External id that the gateway sends with each request', externalIds.current),
      ...(externalIds.next !== undefined && {
        NextExternalId: externalId('External id that is about to replace ExternalId', externalIds.next),
      }),
      GatewayPrincipalArn: {
        Type: 'String',
        Description: 'IAM role of the gateway, which alone is trusted',
        Default: template.gatewayPrincipalArn,
        AllowedPattern: 'arn:aws(-cn|-us-gov)?:iam::\\d{12}:role/.+',
      },
    },
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

const externalId = (description: string, value: string) => ({
  Type: 'String',
  Description: description,
  Default: value,
  MinLength: 2,
  MaxLength: 1224,
  // STS API, AssumeRole: ExternalId.
  AllowedPattern: '[\\w+=,.@:/-]*',
})

const logicalId = (roleName: RoleName): string =>
  `${roleName.slice(0, 1).toUpperCase()}${roleName.slice(1)}Role`

const resourceOf = (role: TemplateRole, { externalIds, permissionsBoundary }: RoleTemplate) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: role.name,
    Path: role.path,
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    ...(permissionsBoundary !== undefined && { PermissionsBoundary: permissionsBoundary }),
    AssumeRolePolicyDocument: trustPolicy<{ Ref: string }>({
      gatewayPrincipalArn: { Ref: 'GatewayPrincipalArn' },
      externalIds: [
        { Ref: 'ExternalId' },
        ...(externalIds.next === undefined ? [] : [{ Ref: 'NextExternalId' }]),
      ],
    }),
    Policies: [{ PolicyName: role.policyName, PolicyDocument: role.permissions }],
  },
})
