import { expect, test } from 'vitest'
import { queryAws } from '../testing/query-aws.ts'
import { toolLine } from '../testing/tool-line.ts'
import { cloudformationValidateTemplate } from './validate-template.ts'

const summary = {
  Description: 'the web',
  Capabilities: ['CAPABILITY_IAM'],
  CapabilitiesReason: 'it has a role',
  ResourceTypes: ['AWS::SQS::Queue', 'AWS::IAM::Role', 'AWS::SQS::Queue'],
  DeclaredTransforms: ['AWS::Serverless-2016-10-31'],
  Parameters: [
    {
      ParameterKey: 'Size',
      ParameterType: 'String',
      DefaultValue: 'small',
      NoEcho: 'false',
      Description: 'how large',
      ParameterConstraints: { AllowedValues: ['small', 'large'] },
    },
    { ParameterKey: 'Pin', ParameterType: 'String', DefaultValue: 'hunter2', NoEcho: 'true' },
    { ParameterKey: 'ApiToken', ParameterType: 'String', DefaultValue: 'hunter2' },
  ],
}

test('parameters, capabilities and types of a template; defaults of secrets are not shown', async () => {
  await using aws = await queryAws(
    ['ValidateTemplate TemplateBody=x', {}],
    ['GetTemplateSummary TemplateBody=x', summary],
  )
  const { data, text } = await toolLine(cloudformationValidateTemplate, aws).run({ templateBody: 'x' })
  expect(data).toMatchInlineSnapshot(`
    {
      "capabilities": [
        "CAPABILITY_IAM",
      ],
      "capabilitiesReason": "it has a role",
      "description": "the web",
      "parameters": [
        {
          "allowedValues": [
            "small",
            "large",
          ],
          "default": "small",
          "description": "how large",
          "name": "Size",
          "type": "String",
        },
        {
          "name": "Pin",
          "noEcho": true,
          "type": "String",
        },
        {
          "default": "[redacted]",
          "name": "ApiToken",
          "type": "String",
        },
      ],
      "resourceTypes": [
        "AWS::IAM::Role",
        "AWS::SQS::Queue",
      ],
      "transforms": [
        "AWS::Serverless-2016-10-31",
      ],
    }
  `)
  expect(text).not.toContain('hunter2')
})

test('a template in S3 takes the permission to read it', async () => {
  const url = 'TemplateURL=https://templates.s3.us-east-1.amazonaws.com/web.json'
  await using aws = await queryAws([`ValidateTemplate ${url}`, {}], [`GetTemplateSummary ${url}`, {}])
  const source = { templateBucket: 'templates', templateKey: 'web.json' }
  const { data } = await toolLine(cloudformationValidateTemplate, aws).run({ ...source, region: 'us-east-1' })
  expect(data).toEqual({ capabilities: [], resourceTypes: [], parameters: [] })
  const { scopeOf } = cloudformationValidateTemplate
  expect(scopeOf?.(source, {} as never).iamActions).toContain('s3:GetObject')
  expect(scopeOf?.({ templateBody: 'x' }, {} as never).iamActions).not.toContain('s3:GetObject')
})

test.for(['ValidationError', 'AccessDenied'])('what is wrong with it is for AWS to say: %s', async (code) => {
  await using aws = await queryAws(['ValidateTemplate TemplateBody=x', code])
  const { error } = await toolLine(cloudformationValidateTemplate, aws).run({ templateBody: 'x' })
  expect(error).toMatchObject({ code: 'aws_error', aws: { code: expect.stringContaining(code) } })
})

test.for<[string, object]>([
  ['nothing', {}],
  ['a URL', { templateUrl: 'https://evil.example' }],
  ['a number', { templateBody: 1 }],
])('%s is refused before AWS is asked', async ([, args]) => {
  await using aws = await queryAws()
  expect((await toolLine(cloudformationValidateTemplate, aws).run({ ...args })).error.code).toBe(
    'invalid_arguments',
  )
})
