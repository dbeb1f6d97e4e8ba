import { GatewayError } from '@gateway/domain'

/** What AWS called its refusal, if it was one. */
export const refusalOf = (thrown: unknown): string | undefined =>
  thrown instanceof GatewayError && isRefusal(thrown) ? thrown.details.aws?.code : undefined

/** Faults of AWS and its throttling pass; a refusal does not. */
const isRefusal = ({ details }: GatewayError): boolean =>
  (details.aws?.httpStatus ?? 500) < 500 && details.retryAfterSeconds === undefined
