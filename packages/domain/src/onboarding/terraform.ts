import { type HclExpression, hclBlock, hclComment, hclExpression, jsonEncoded } from './hcl.ts'
import type { RoleTemplate, TemplateRole } from './role-template.ts'
import { trustPolicy } from './trust-policy.ts'

/** Terraform module, HCL, that makes the same roles as the CloudFormation template. */
export const terraformOf = (template: RoleTemplate): string => {
  const { externalIds, roles } = template
  return [
    hclComment(template.description),
    settings,
    variable('external_id', 'External id that the gateway sends with each request', externalIds.current),
    ...(externalIds.next === undefined
      ? []
      : [variable('next_external_id', 'External id that is about to replace external_id', externalIds.next)]),
    variable(
      'gateway_principal_arn',
      'IAM role of the gateway, which alone is trusted',
      template.gatewayPrincipalArn,
    ),
    ...roles.flatMap((role) => blocksOf(role, template)),
  ].join('\n')
}

const settings = hclBlock('terraform', [], { required_version: '>= 1.3' }, [
  hclBlock('required_providers', [], { aws: { source: 'hashicorp/aws', version: '>= 5.0' } }),
])

const variable = (name: string, description: string, value: string): string =>
  hclBlock('variable', [name], { description, type: hclExpression('string'), default: value })

const blocksOf = (role: TemplateRole, { externalIds, permissionsBoundary }: RoleTemplate): string[] => {
  const label = role.roleName
  const trust = trustPolicy<HclExpression>({
    gatewayPrincipalArn: hclExpression('var.gateway_principal_arn'),
    externalIds: [
      hclExpression('var.external_id'),
      ...(externalIds.next === undefined ? [] : [hclExpression('var.next_external_id')]),
    ],
  })
  return [
    hclBlock('resource', ['aws_iam_role', label], {
      name: role.name,
      path: role.path,
      description: role.description,
      max_session_duration: role.maxSessionDuration,
      permissions_boundary: permissionsBoundary,
      assume_role_policy: jsonEncoded(trust),
    }),
    hclBlock('resource', ['aws_iam_role_policy', label], {
      name: role.policyName,
      role: hclExpression(`aws_iam_role.${label}.id`),
      policy: jsonEncoded(role.permissions),
    }),
    hclBlock('output', [`${label}_role_arn`], {
      description: `ARN of the role for ${label} calls`,
      value: hclExpression(`aws_iam_role.${label}.arn`),
    }),
  ]
}
