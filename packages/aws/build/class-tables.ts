/** Names of operations of one service, or patterns of them (`*` for anything), separated by spaces. */
export type Table = Readonly<Record<string, string>>

/** Whether a table has an operation. */
export const isIn = (table: Table, service: string, operation: string): boolean =>
  (table[service] ?? '')
    .split(/\s+/)
    .some((pattern) => pattern !== '' && new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(operation))

/**
 * What IAM calls a read though it changes something: messages are hidden from others, streams taken over, work of others
 * ended, reports delivered. The reports of `iam:Generate*` and the drift of CloudFormation stay reads: they are kept for
 * whoever asks and change nothing else.
 */
export const writesCalledReads: Table = {
  config: 'DeliverConfigSnapshot',
  ec2: 'StartDeclarativePoliciesReport',
  kinesis: 'SubscribeToShard',
  logs: 'StopQuery',
  servicequotas: 'StartQuotaUtilizationReport',
  sqs: 'ReceiveMessage',
}
