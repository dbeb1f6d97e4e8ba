import { GatewayError } from '@gateway/domain'

/** A refusal of arguments, for what no schema can say. */
export const invalidArguments = (...issues: readonly string[]): GatewayError =>
  new GatewayError('invalid_arguments', 'The arguments are not valid.', { details: { issues } })
