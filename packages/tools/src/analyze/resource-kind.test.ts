import { expect, test } from 'vitest'
import { resourceKind } from './resource-kind.ts'

test.for([
  ['arn:aws:ec2:eu-west-1:111111111111:instance/i-1', 'ec2', 'instance', 'eu-west-1'],
  ['arn:aws:s3:::my.bucket', 's3', 'bucket', 'us-east-1'],
  ['arn:aws:sns:eu-west-1:111111111111:topic-name', 'sns', 'topic', 'eu-west-1'],
  ['arn:aws:sqs:eu-west-1:111111111111:queue', 'sqs', 'queue', 'eu-west-1'],
  ['arn:aws:lambda:eu-west-1:111111111111:function:f:1', 'lambda', 'function', 'eu-west-1'],
  ['arn:aws:logs:eu-west-1:111111111111:log-group:/aws/lambda/f', 'logs', 'log-group', 'eu-west-1'],
  ['arn:aws:rds:eu-west-1:111111111111:db:d', 'rds', 'db', 'eu-west-1'],
  ['arn:aws:cloudformation:eu-west-1:111111111111:stack/s/uuid', 'cloudformation', 'stack', 'eu-west-1'],
  ['arn:aws:apigateway:eu-west-1::/restapis/x', 'apigateway', 'restapis', 'eu-west-1'],
  [
    'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/n/i',
    'elasticloadbalancing',
    'loadbalancer/app',
    'eu-west-1',
  ],
  [
    'arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/classic',
    'elasticloadbalancing',
    'loadbalancer',
    'eu-west-1',
  ],
  ['arn:aws:cloudfront::111111111111:distribution/E1', 'cloudfront', 'distribution', 'global'],
  ['arn:aws:dynamodb:eu-west-1:111111111111:table/t', 'dynamodb', 'table', 'eu-west-1'],
  ['nonsense', '', '', 'global'],
] as const)('%s', ([arn, service, type, region]) => {
  expect(resourceKind(arn, 'us-east-1')).toEqual({ service, type, region })
})
