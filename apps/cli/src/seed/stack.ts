import type { StackData } from './account-data.ts'
import type { OwnerSession } from './owner-session.ts'

/** Makes one CloudFormation stack: a queue behind a topic. */
export const seedStack = ({ send }: OwnerSession, { name, description, queue, topic }: StackData) =>
  send('cloudformation', 'CreateStack', {
    StackName: name,
    TemplateBody: JSON.stringify({
      AWSTemplateFormatVersion: '2010-09-09',
      Description: description,
      Resources: {
        Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: queue } },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: topic } },
      },
      Outputs: { QueueUrl: { Value: { Ref: 'Queue' } }, TopicArn: { Value: { Ref: 'Topic' } } },
    }),
    Tags: [{ Key: 'ManagedBy', Value: 'platform-team' }],
  })
