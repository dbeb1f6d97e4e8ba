import { defineTool, redacted } from '@gateway/domain'
import { z } from 'zod'
import { typedAws } from '../typed-aws.ts'
import { isSecret } from './secret-names.ts'
import { readFromBucket, templateActions, templateFields, templateOf } from './template-source.ts'

const actions = ['cloudformation:GetTemplateSummary', 'cloudformation:ValidateTemplate']

/** CloudFormation ValidateTemplate and GetTemplateSummary. */
export const cloudformationValidateTemplate = defineTool({
  name: 'aws_cloudformation_validate_template',
  title: 'Validate a CloudFormation template',
  description: 'Checks a template and tells its parameters, needed capabilities and resource types.',
  access: 'read',
  iamActions: actions,
  idempotent: true,
  pack: 'infrastructure',
  scopeOf: (input) => ({ access: 'read', iamActions: [...actions, ...templateActions(input)] }),
  scopes: [{ access: 'read', iamActions: [...actions, 's3:GetObject'] }],
  input: z.strictObject(templateFields),
  output: z.object({
    description: z.string().optional(),
    capabilities: z.array(z.string()),
    capabilitiesReason: z.string().optional(),
    resourceTypes: z.array(z.string()),
    transforms: z.array(z.string()).optional(),
    parameters: z.array(
      z.object({
        name: z.string(),
        type: z.string().optional(),
        default: z.string().optional(),
        noEcho: z.boolean().optional(),
        allowedValues: z.array(z.string()).optional(),
        description: z.string().optional(),
      }),
    ),
  }),
  async run(context, input) {
    const template = templateOf(context, input)
    await readFromBucket(context, typedAws(context, 'cloudformation', 'ValidateTemplate', template))
    const summary = await typedAws(context, 'cloudformation', 'GetTemplateSummary', template)
    const { Capabilities = [], ResourceTypes = [], DeclaredTransforms = [], Parameters = [] } = summary
    return {
      data: {
        description: summary.Description,
        capabilities: Capabilities,
        capabilitiesReason: summary.CapabilitiesReason,
        resourceTypes: [...new Set(ResourceTypes)].sort(),
        ...(DeclaredTransforms.length > 0 && { transforms: DeclaredTransforms }),
        parameters: Parameters.map((parameter) => {
          const { ParameterKey: name = '', DefaultValue: value, NoEcho } = parameter
          const allowed = parameter.ParameterConstraints?.AllowedValues ?? []
          return {
            name,
            type: parameter.ParameterType,
            ...(NoEcho && { noEcho: true }),
            ...(!NoEcho && value !== undefined && { default: isSecret(name, value) ? redacted : value }),
            ...(allowed.length > 0 && !NoEcho && { allowedValues: allowed }),
            description: parameter.Description,
          }
        }),
      },
    }
  },
})
