/** An error of AWS as its service writes it, by the kind of trouble (API references of EC2, S3 and STS, "Common errors"). */
export const awsRefusal = (service: string, kind: 'failing' | 'skewed' | 'throttling', requestId: string) => {
  const [status, code] = (service in table ? table[service as keyof typeof table] : table.sts)[kind]
  const error = `<Code>${code}</Code><Message>${code}</Message>`
  const body =
    service === 's3'
      ? `<Error>${error}<RequestId>${requestId}</RequestId></Error>`
      : service === 'ec2'
        ? `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`
        : `<ErrorResponse><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  return { status, body, headers: { 'content-type': 'text/xml' } }
}

const table = {
  ec2: {
    failing: [500, 'InternalError'],
    skewed: [403, 'AuthFailure'],
    throttling: [503, 'RequestLimitExceeded'],
  },
  s3: {
    failing: [500, 'InternalError'],
    skewed: [403, 'RequestTimeTooSkewed'],
    throttling: [503, 'SlowDown'],
  },
  sts: {
    failing: [500, 'InternalFailure'],
    skewed: [403, 'SignatureDoesNotMatch'],
    throttling: [400, 'Throttling'],
  },
} as const
