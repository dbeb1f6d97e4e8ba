export { createAwsAccess } from './access.ts'
export { gatewayCredentials } from './gateway-credentials.ts'
export { identityOfProfile } from './identity-of-profile.ts'
