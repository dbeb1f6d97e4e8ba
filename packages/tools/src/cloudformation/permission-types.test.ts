import { expect, test } from 'vitest'
import { lackOf } from './permission-types.ts'

const change = (type: string, action = 'Add') => ({ action, logicalId: 'It', type })

test.for([
  'AWS::IAM::Role',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::Lambda::Permission',
  'AWS::KMS::Key',
  'AWS::CloudFormation::Stack',
  'AWS::SecretsManager::ResourcePolicy',
  'Custom::Anything',
])('%s takes an administrator', (type) => {
  expect(lackOf([change('AWS::EC2::Instance'), change(type)], 'change')).toContain(`${type} may change`)
})

test.for([
  'AWS::EC2::Instance',
  'AWS::EC2::SecurityGroup',
  'AWS::AutoScaling::ScalingPolicy',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'My::IAM::Role',
])('%s does not', (type) => {
  expect(lackOf([change(type)], 'change')).toBeUndefined()
})

test('of an end only what is removed counts, and only what takes rights to remove', () => {
  expect(
    lackOf([change('AWS::IAM::Role', 'Retain'), change('AWS::KMS::Key', 'Remove')], 'end'),
  ).toBeUndefined()
  expect(lackOf([change('AWS::IAM::Role', 'Remove')], 'end')).toContain('AWS::IAM::Role')
})
