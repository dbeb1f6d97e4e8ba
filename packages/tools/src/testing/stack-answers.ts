import type { QueryAnswer, QueryExchange } from './query-aws.ts'

/** Id of the stack of the tests. */
export const stackId = 'arn:aws:cloudformation:eu-west-1:111111111111:stack/web/0b5e0000'

/** Id of its change set. */
export const changeSetId = 'arn:aws:cloudformation:eu-west-1:111111111111:changeSet/mcp/1'

/** What DescribeStacks answers of one stack. */
export const stackIn = (StackStatus: string, more: object = {}): QueryAnswer => ({
  Stacks: [
    { StackName: 'web', StackId: stackId, StackStatus, CreationTime: '2026-01-02T03:04:05Z', ...more },
  ],
})

/** What DescribeStackEvents answers: `id logicalId STATUS reason`, newest first. */
export const eventsOf = (...events: readonly string[]): QueryAnswer => ({
  StackEvents: events.map((event) => {
    const [EventId, LogicalResourceId, ResourceStatus, ...reason] = event.split(' ')
    const ofStack = LogicalResourceId === 'web'
    return {
      EventId,
      StackId: stackId,
      StackName: 'web',
      LogicalResourceId,
      PhysicalResourceId: ofStack ? stackId : `physical-${LogicalResourceId}`,
      ResourceType: ofStack ? 'AWS::CloudFormation::Stack' : 'AWS::EC2::Instance',
      ResourceStatus,
      Timestamp: '2026-01-02T03:04:06Z',
      ...(reason.length > 0 && { ResourceStatusReason: reason.join(' ') }),
    }
  }),
})

/** What DescribeChangeSet answers. */
export const changeSetIn = (
  Status: string,
  changes: readonly object[] = [],
  more: object = {},
): QueryAnswer => ({
  ChangeSetId: changeSetId,
  StackId: stackId,
  Status,
  Changes: changes.map((ResourceChange) => ({ Type: 'Resource', ResourceChange })),
  ...more,
})

/** The addition of an instance. */
export const added = (LogicalResourceId: string) => ({
  Action: 'Add',
  LogicalResourceId,
  ResourceType: 'AWS::EC2::Instance',
})

/** What is asked before a change set is made in a stack that is there, and what it is where none was left. */
export const noLeftovers: QueryExchange = [`ListChangeSets StackName=${stackId}`, { Summaries: [] }]

/** Requests that take a plan of a new stack back. */
export const takenBack: readonly QueryExchange[] = [
  [`DeleteChangeSet ChangeSetName=${changeSetId} StackName=${stackId}`, {}],
  [`DescribeStacks StackName=${stackId}`, stackIn('REVIEW_IN_PROGRESS')],
  [`ListChangeSets StackName=${stackId}`, { Summaries: [] }],
  [`DeleteStack StackName=${stackId}`, {}],
]
