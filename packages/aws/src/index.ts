export { createAwsAccess } from './access.ts'
export { regionOfProfile } from './clients.ts'
export { gatewayCredentials } from './gateway-credentials.ts'
export { identityOfProfile } from './identity-of-profile.ts'
