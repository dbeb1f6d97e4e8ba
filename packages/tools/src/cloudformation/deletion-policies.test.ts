import { expect, test } from 'vitest'
import { fatesIn } from './deletion-policies.ts'

const told = (template: string) => {
  const fates = fatesIn(template)
  return fates && Object.fromEntries(fates)
}

const yaml = `---
AWSTemplateFormatVersion: '2010-09-09'
Description: |
  Resources:
    Not: {}
Resources: # all of them

  # the first
  Queue:
    Type: AWS::SQS::Queue
  "Data":
      DeletionPolicy: "Retain"   # on purpose
      Type: 'AWS::S3::Bucket'
      DependsOn:
      - Queue
      Properties:
        BucketName: !Sub "\${AWS::StackName}-data"
        Notes: |
          DeletionPolicy: Delete
  Once:
    Type: AWS::SNS::Topic
    DeletionPolicy: RetainExceptOnCreate
  Disk: 
    Type: AWS::EC2::Volume
    DeletionPolicy: Snapshot
    UpdateReplacePolicy: Retain
  Gone:
    Type: AWS::RDS::DBCluster
    DeletionPolicy: Delete
  Cluster:
    Type: AWS::RDS::DBCluster
  Alone:
    Type: AWS::RDS::DBInstance
    Properties: { Engine: mysql }
  Member:
    Type: AWS::RDS::DBInstance
    Properties:
      DBClusterIdentifier: !Ref Cluster
Outputs:
  Url:
    Value: !GetAtt Queue.QueueUrl
`

const fates = {
  Queue: 'Remove',
  Data: 'Retain',
  Once: 'Retain',
  Disk: 'Snapshot',
  Gone: 'Remove',
  Cluster: 'Snapshot',
  Alone: 'Snapshot',
  Member: 'Remove',
}

test('the policies of YAML with short tags, comments and quotes', () => {
  expect(told(yaml)).toEqual(fates)
  expect(told(yaml.replaceAll('\n', '\r\n'))).toEqual(fates)
})

const db = (...lines: readonly string[]) =>
  ['Resources:', '  Db:', '    Type: AWS::RDS::DBInstance', ...lines.map((line) => `    ${line}`), ''].join(
    '\n',
  )

test.for<[string, string | undefined, string]>([
  ['in a text', 'Snapshot', db('Properties:', '  Tag: |', '    DBClusterIdentifier: x', '  Engine: mysql')],
  ['deeper', 'Snapshot', db('Properties:', '  Tag:', '    DBClusterIdentifier: x')],
  ['elsewhere', 'Snapshot', db('Metadata:', '  DBClusterIdentifier: x', 'Properties:', '  Engine: mysql')],
  ['beside a list', 'Remove', db('Properties:', '  Groups:', '  - a', '  "DBClusterIdentifier": x')],
  ['in the long form', 'Remove', db('Properties:', '  DBClusterIdentifier:', '    Ref: C')],
  ['under a condition either way', 'Remove', db('Properties:', '  DBClusterIdentifier: !If [A, x, y]')],
  ['by an alias of its own', undefined, db('Properties:', '  DBClusterIdentifier: *c')],
  ['nowhere', 'Snapshot', db()],
  ['nowhere, in flow form', 'Snapshot', db('Properties: { Engine: mysql,', '  Port: 1 }')],
  ['in flow form', undefined, db('Properties: { DBClusterIdentifier: x }')],
  ['in flow form, further down', undefined, db('Properties: {', '  DBClusterIdentifier: x }')],
  ['in an alias', undefined, db('Properties: *p')],
  ['in a merge', undefined, db('Properties:', '  <<: *p')],
  [
    'under a condition',
    undefined,
    db('Properties:', '  DBClusterIdentifier: !If [A, !Ref C, !Ref AWS::NoValue]'),
  ],
  [
    'under a condition in the long form',
    undefined,
    db(
      'Properties:',
      '  DBClusterIdentifier:',
      '    Fn::If:',
      '    - A',
      '    - x',
      '    - Ref: AWS::NoValue',
    ),
  ],
  [
    'under a condition in JSON',
    undefined,
    JSON.stringify({
      Resources: {
        Db: {
          Type: 'AWS::RDS::DBInstance',
          Properties: { DBClusterIdentifier: { 'Fn::If': ['A', 'x', { Ref: 'AWS::NoValue' }] } },
        },
      },
    }),
  ],
])('the cluster of a database counts only as a property of its own: %s', ([, fate, template]) => {
  expect(told(template)).toEqual(fate && { Db: fate })
})

test('the policies of JSON', () => {
  const Resources = {
    Queue: { Type: 'AWS::SQS::Queue' },
    Data: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
    Once: { Type: 'AWS::SNS::Topic', DeletionPolicy: 'RetainExceptOnCreate' },
    Disk: { Type: 'AWS::EC2::Volume', DeletionPolicy: 'Snapshot' },
    Gone: { Type: 'AWS::RDS::DBCluster', DeletionPolicy: 'Delete' },
    Cluster: { Type: 'AWS::RDS::DBCluster' },
    Alone: { Type: 'AWS::RDS::DBInstance', Properties: { Engine: 'mysql' } },
    Member: { Type: 'AWS::RDS::DBInstance', Properties: { DBClusterIdentifier: { Ref: 'Cluster' } } },
  }
  expect(told(` ${JSON.stringify({ Resources })}`)).toEqual(fates)
})

test.for<[string, string]>([
  ['nothing', ''],
  ['broken JSON', '{"Resources":'],
  ['JSON without resources', '{}'],
  ['JSON with a resource that is none', '{"Resources":{"A":null}}'],
  ['a policy that is not known', '{"Resources":{"A":{"DeletionPolicy":{"Ref":"P"}}}}'],
  ['YAML without resources', 'Outputs:\n  A:\n    Value: 1\n'],
  ['resources in flow form', 'Resources: {A: {DeletionPolicy: Retain}}\n'],
  ['a resource in flow form', 'Resources:\n  A: {DeletionPolicy: Retain}\n'],
  ['a resource by an alias', 'Resources:\n  A: &a\n    Type: X\n  B: *a\n'],
  ['a merge', 'Resources:\n  A:\n    <<: *defaults\n'],
  ['a policy by a function', 'Resources:\n  A:\n    DeletionPolicy: !Ref P\n'],
  ['a policy on a line of its own', 'Resources:\n  A:\n    DeletionPolicy:\n      Retain\n'],
  ['lines that lead out of a resource', 'Resources:\n  A:\n      Type: X\n    DeletionPolicy: Retain\n'],
  ['a member left of its resource', 'Resources:\n    A:\n  DeletionPolicy: Retain\n'],
  ['a resource twice', 'Resources:\n  A:\n    Type: X\n  A:\n    DeletionPolicy: Retain\n'],
  ['no template at all', 'hello\n'],
])('%s is unreadable, never wrong', ([, template]) => {
  expect(fatesIn(template)).toBeUndefined()
})
