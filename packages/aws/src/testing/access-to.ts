import { type AwsAccessOptions, createAwsAccess } from '../access.ts'
import { gatewayCredentials } from '../gateway-credentials.ts'

/** The gateway's own keys in tests: nothing but AssumeRole may ever carry them. */
export const gatewayKeys = {
  accessKeyId: 'AKIAGATEWAYGATEWAY00',
  secretAccessKey: 'gaTeWay0/secret/aB3dE6gH9jK2mN5pQ8sT1uV4',
}

/** An access whose every service is `endpoint`, closed at the end of its block. */
export const accessTo = (endpoint: string, options: Partial<AwsAccessOptions> = {}) => {
  const access = createAwsAccess({
    now: Date.now,
    userAgent: 'mcp-gw/1.2.3',
    endpoint,
    gatewayCredentials: gatewayCredentials(gatewayKeys),
    ownCredentials: true,
    ...options,
  })
  return { ...access, [Symbol.dispose]: access.close }
}
