import type { AwsCall, Protocol } from './aws-call.ts'
import { escaped } from './xml.ts'

/** Why AWS does not do what it is asked. */
export type Reason = 'denied' | 'expired' | 'throttled' | 'unavailable' | 'unknown-key' | 'unsigned'

/** An answer of AWS, ready to be sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An error as the service of `call` writes it, with its own code for the reason. */
export const refusal = (call: AwsCall, reason: Reason, message: string, id: string): Answer => {
  const [status, code] = codes[reason][call.protocol]
  return errorAnswer(call, { status, code, message, id })
}

/** An error of any code as the service of `call` writes it (its API reference, "Common errors"). */
export const errorAnswer = (
  call: AwsCall,
  error: { readonly status: number; readonly code: string; readonly message: string; readonly id: string },
): Answer => {
  const { status, code, message, id } = error
  const xml = (body: string) => ({
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': id, 'x-amz-request-id': id },
    // An answer to HEAD has no body.
    body: call.method === 'HEAD' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  })
  const text = escaped(message)
  switch (call.protocol) {
    case 'ec2':
      return xml(
        `<Response><Errors><Error><Code>${code}</Code><Message>${text}</Message></Error></Errors><RequestID>${id}</RequestID></Response>`,
      )
    case 's3':
      return xml(
        `<Error><Code>${code}</Code><Message>${text}</Message><RequestId>${id}</RequestId><HostId>${id}</HostId></Error>`,
      )
    case 'query': {
      const type = status < 500 ? 'Sender' : 'Receiver'
      return xml(
        `<ErrorResponse><Error><Type>${type}</Type><Code>${code}</Code><Message>${text}</Message></Error><RequestId>${id}</RequestId></ErrorResponse>`,
      )
    }
    case 'json':
    case 'rest-json':
      return {
        status,
        headers: {
          'content-type': call.protocol === 'json' ? 'application/x-amz-json-1.1' : 'application/json',
          'x-amzn-requestid': id,
          'x-amzn-errortype': code,
        },
        body: call.method === 'HEAD' ? '' : JSON.stringify({ __type: code, message, Message: message }),
      }
  }
}

type Codes = Readonly<Record<Protocol, readonly [status: number, code: string]>>

const codes: Readonly<Record<Reason, Codes>> = {
  denied: {
    ec2: [403, 'UnauthorizedOperation'],
    query: [403, 'AccessDenied'],
    s3: [403, 'AccessDenied'],
    json: [400, 'AccessDeniedException'],
    'rest-json': [403, 'AccessDeniedException'],
  },
  expired: {
    ec2: [400, 'RequestExpired'],
    query: [403, 'ExpiredToken'],
    s3: [400, 'ExpiredToken'],
    json: [400, 'ExpiredTokenException'],
    'rest-json': [403, 'ExpiredTokenException'],
  },
  'unknown-key': {
    ec2: [401, 'AuthFailure'],
    query: [403, 'InvalidClientTokenId'],
    s3: [403, 'InvalidAccessKeyId'],
    json: [400, 'UnrecognizedClientException'],
    'rest-json': [403, 'UnrecognizedClientException'],
  },
  unsigned: {
    ec2: [403, 'MissingAuthenticationToken'],
    query: [403, 'MissingAuthenticationToken'],
    s3: [403, 'AccessDenied'],
    json: [400, 'MissingAuthenticationTokenException'],
    'rest-json': [403, 'MissingAuthenticationTokenException'],
  },
  throttled: {
    ec2: [503, 'RequestLimitExceeded'],
    query: [400, 'Throttling'],
    s3: [503, 'SlowDown'],
    json: [400, 'ThrottlingException'],
    'rest-json': [429, 'TooManyRequestsException'],
  },
  unavailable: {
    ec2: [503, 'Unavailable'],
    query: [503, 'ServiceUnavailable'],
    s3: [503, 'ServiceUnavailable'],
    json: [503, 'ServiceUnavailableException'],
    'rest-json': [503, 'ServiceUnavailableException'],
  },
}
