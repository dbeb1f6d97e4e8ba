/** The tenants file of the sandbox with Keycloak as the sign-in of acme; the rest of it stays as it is. */
export const keycloakTenants = (sandbox: string): string => {
  const [publicRealm, realm] = ['http://localhost:8080', 'http://keycloak:8080'].map(
    (at) => `${at}/realms/acme`,
  )
  const changes = [
    [
      "# The sandbox's two customers.",
      "# Made by npm run generate. The sandbox's two customers, the first with Keycloak as its sign-in.",
    ],
    ['$schema=../schemas/', '$schema=../../schemas/'],
    ['issuer: ${SANDBOX_SSO_URL}/acme\n', `issuer: ${publicRealm}\n`],
    [
      'jwksUri: ${SANDBOX_SSO_INTERNAL_URL}/acme/jwks.json',
      `jwksUri: ${realm}/protocol/openid-connect/certs`,
    ],
    ['${SANDBOX_SSO_INTERNAL_URL}/acme/.well-known', `${realm}/.well-known`],
    ['algorithms: [ES256]', 'algorithms: [RS256]'],
    ['- <<: *company-sso\n', '- <<: *company-sso\n        algorithms: [ES256]\n'],
  ] as const
  return changes.reduce((text, [from, to]) => {
    const parts = text.split(from)
    if (parts.length !== 2) throw new Error(`deploy/local/tenants.yaml does not have once: ${from}`)
    return parts.join(to)
  }, sandbox)
}
