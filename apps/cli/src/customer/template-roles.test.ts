import { expect, test } from 'vitest'
import { CustomerFailure } from './customer-failure.ts'
import { rolesOfTemplate } from './template-roles.ts'

const role = {
  RoleName: 'mcp-gateway-read',
  AssumeRolePolicyDocument: { Statement: [{ Principal: { AWS: { Ref: 'Gateway' } } }] },
}
const template = (Properties: object, more = {}) =>
  JSON.stringify({
    Parameters: { Gateway: { Type: 'String', Default: 'arn:gateway' }, Id: { Type: 'String' } },
    Resources: { ReadRole: { Type: 'AWS::IAM::Role', Properties }, Topic: { Type: 'AWS::SNS::Topic' } },
    ...more,
  })

test('references are replaced by the defaults of parameters', () => {
  const policy = {
    PolicyName: 'p',
    PolicyDocument: { Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:ec2:*:${AWS::AccountId}:instance/*' } },
  }
  expect(rolesOfTemplate(template({ ...role, Policies: [policy] }), '333333333333')).toEqual([
    {
      RoleName: 'mcp-gateway-read',
      Path: '/',
      Description: '',
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: { Statement: [{ Principal: { AWS: 'arn:gateway' } }] },
      Policies: [{ PolicyName: 'p', PolicyDocument: { Resource: 'arn:aws:ec2:*:333333333333:instance/*' } }],
    },
  ])
})

test.each([
  ['Resources:', 'not one of CloudFormation in JSON'],
  ['{}', 'not one of CloudFormation in JSON'],
  ['{"Resources":{}}', 'no IAM role'],
  [template({ ...role, RoleName: { Ref: 'Id' } }), 'Id of the template is no parameter with a default'],
  [template({ ...role, RoleName: { Ref: '__proto__' } }), 'no parameter with a default'],
  [template({ ...role, RoleName: { 'Fn::GetAtt': ['A', 'Arn'] } }), 'does not understand Fn::GetAtt'],
  [template({ ...role, RoleName: undefined }), 'ReadRole of the template lacks or misuses: RoleName'],
  [template({ ...role, Policies: [{ PolicyName: 'p' }] }), 'Policies.0.PolicyDocument'],
])('%.60s is refused', (text, fault) => {
  expect(() => rolesOfTemplate(text, '333333333333')).toThrow(CustomerFailure)
  expect(() => rolesOfTemplate(text, '333333333333')).toThrow(fault)
})
