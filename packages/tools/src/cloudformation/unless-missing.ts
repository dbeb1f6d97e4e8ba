import { GatewayError } from '@gateway/domain'

/**
 * What AWS answers, or undefined where it says that there is no such stack or change set. CloudFormation has no code of
 * its own for a stack that is not there (API, DescribeStacks: "a ValidationError is returned"), so the names in the request
 * must be well-formed.
 */
export const unlessMissing = <T>(answer: Promise<T>): Promise<T | undefined> =>
  answer.catch((thrown: unknown) => {
    if (thrown instanceof GatewayError && isMissing(thrown)) return undefined
    throw thrown
  })

const isMissing = ({ details: { aws } }: GatewayError): boolean =>
  /^ChangeSetNotFound/.test(aws?.code ?? '') ||
  (aws?.code === 'ValidationError' && (aws.message === undefined || /does not exist/.test(aws.message)))
