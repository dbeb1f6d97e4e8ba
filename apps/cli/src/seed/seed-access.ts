import { createAwsAccess, gatewayCredentials } from '@gateway/aws'
import { standInCredentials } from '../stand-in-credentials.ts'

/** A way to the stand-in at `endpoint` for its owners. */
export const seedAccess = (endpoint: string) =>
  createAwsAccess({
    now: Date.now,
    userAgent: 'mcp-gw-sandbox',
    endpoint,
    gatewayCredentials: gatewayCredentials(standInCredentials),
  })
