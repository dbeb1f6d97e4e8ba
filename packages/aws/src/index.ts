export { type AwsAccessOptions, createAwsAccess } from './access.ts'
export { type GatewayCredentials, type GatewayIdentity, gatewayCredentials } from './gateway-credentials.ts'
export { identityOfProfile } from './identity-of-profile.ts'
export type { OnFault } from './on-fault.ts'
