import type { Connection } from './connection.ts'

/** What is wrong between the members of one sign-in, each of them right by itself; nothing is guessed. */
export const connectionFaults = (connection: Connection): string[] => {
  const { clientId, clientSecretRef, metadataUrl, idJag, emailDomains } = connection
  const { directTokens, allowedClients, allowedAudiences } = connection
  const faults: string[] = []
  if (clientId === undefined && !directTokens && !idJag) {
    faults.push('clientId: nobody can sign in here without clientId, directTokens: true or idJag: true')
  }
  if (directTokens && allowedClients.length === 0) {
    faults.push('allowedClients: is needed with directTokens: the OAuth clients whose tokens are taken')
  }
  if (!directTokens && allowedClients.length > 0) {
    faults.push('allowedClients: says nothing without directTokens: true, which takes tokens of this issuer')
  }
  if (!directTokens && allowedAudiences !== undefined) {
    faults.push(
      'allowedAudiences: says nothing without directTokens: true, which takes tokens of this issuer',
    )
  }
  if (clientId === undefined) {
    const idle = { clientSecretRef, metadataUrl, emailDomains: emailDomains[0] }
    for (const [name, value] of Object.entries(idle)) {
      if (value !== undefined)
        faults.push(`${name}: says nothing without clientId, which lets people sign in`)
    }
  }
  if (clientId !== undefined && !connection.signInScopes.includes('openid')) {
    faults.push('signInScopes: must have openid, or the SSO does not say who signs in')
  }
  return faults
}
